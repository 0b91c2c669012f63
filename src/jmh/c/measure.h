// SPDX-License-Identifier: Apache-2.0
// What the programs of this directory share: arguments, time, and a second thread.
#ifndef MEASURE_H
#define MEASURE_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OPERATIONS_PER_CLOCK_READING 200

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int socket_type(const char *name) {
    return strcmp(name, "stream") == 0 ? SOCK_STREAM : strcmp(name, "dgram") == 0 ? SOCK_DGRAM : SOCK_SEQPACKET;
}

static void *sleep_for_ever(void *unused) {
    for (;;) {
        pause();
    }
    return unused;
}

/*
 * In a process of one thread the kernel looks up a descriptor without counting its users (fdget). A JVM never is such a process, so
 * the fair comparison has an idle thread beside the one that measures.
 */
static void start_idle_threads(int count) {
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, sleep_for_ever, NULL) != 0) {
            fail("pthread_create");
        }
    }
}

static double now_nanos(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

/* How many nanoseconds one operation takes, on average over so many milliseconds. */
static double nanos_per_operation(void (*operation)(void), double millis) {
    double start = now_nanos();
    double end = start + millis * 1e6;
    double now;
    long operations = 0;
    do {
        for (int i = 0; i < OPERATIONS_PER_CLOCK_READING; i++) {
            operation();
        }
        operations += OPERATIONS_PER_CLOCK_READING;
        now = now_nanos();
    } while (now < end);
    return (now - start) / operations;
}

static int compare(const void *left, const void *right) {
    double difference = *(const double *) left - *(const double *) right;
    return (difference > 0) - (difference < 0);
}

/* Warms up for a fifth of the time, then measures and prints the median of five parts of it: of each thing that an operation does. */
static inline void report_each(void (*operation)(void), double millis, int things) {
    double parts[5];
    int count = sizeof parts / sizeof *parts;
    nanos_per_operation(operation, millis / 5);
    for (int i = 0; i < count; i++) {
        parts[i] = nanos_per_operation(operation, millis / count);
    }
    qsort(parts, count, sizeof *parts, compare);
    printf("%.1f\n", parts[count / 2] / things);
}

static inline void report(void (*operation)(void), double millis) {
    report_each(operation, millis, 1);
}

#endif
