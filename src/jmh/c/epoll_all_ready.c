// SPDX-License-Identifier: Apache-2.0
// All of many sockets have something to read, epoll finds them, and they are read: what AllReadyBenchmark does. The writes are not
// measured.
//
// epoll_all_ready seqpacket|stream SOCKETS BYTES IDLE_THREADS MILLIS   prints nanoseconds per socket
#include "epoll_sockets.h"

static int *writers;
static int sockets;
static size_t bytes;
static int truncation;
static char *source;
static char *target;

static void write_to_all(void) {
    for (int i = 0; i < sockets; i++) {
        if (send(writers[i], source, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t) bytes) {
            fail("send");
        }
    }
}

static void turn(void) {
    struct epoll_event events[EVENTS_PER_WAIT];
    int left = sockets;
    while (left > 0) {
        int count = epoll_wait(epoll, events, EVENTS_PER_WAIT, -1);
        for (int i = 0; i < count; i++) {
            if (recv(events[i].data.fd, target, bytes, MSG_DONTWAIT | truncation) != (ssize_t) bytes) {
                fail("recv");
            }
        }
        left -= count;
    }
}

/* How long a turn takes, on average over so many milliseconds of turns and writes. */
static double nanos_per_turn(double millis) {
    double end = now_nanos() + millis * 1e6;
    double nanos = 0;
    int turns = 0;
    while (now_nanos() < end) {
        write_to_all();
        double start = now_nanos();
        turn();
        nanos += now_nanos() - start;
        turns++;
    }
    return nanos / turns;
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: epoll_all_ready seqpacket|stream SOCKETS BYTES IDLE_THREADS MILLIS\n");
        return 2;
    }
    int type = socket_type(arguments[1]);
    sockets = atoi(arguments[2]);
    bytes = strtoul(arguments[3], NULL, 10);
    truncation = type == SOCK_SEQPACKET ? MSG_TRUNC : 0; // on a stream it would discard the bytes
    source = calloc(1, bytes);
    target = calloc(1, bytes);
    writers = calloc(sockets, sizeof *writers);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        fail("epoll_create1");
    }
    for (int i = 0; i < sockets; i++) {
        int pair[2];
        open_pair(type, pair);
        writers[i] = pair[0];
        add(pair[1]);
    }
    start_idle_threads(atoi(arguments[4]));
    double millis = atof(arguments[5]);
    nanos_per_turn(millis / 5);
    double parts[5];
    for (int i = 0; i < 5; i++) {
        parts[i] = nanos_per_turn(millis / 5) / sockets;
    }
    qsort(parts, 5, sizeof *parts, compare);
    printf("%.1f\n", parts[2]);
    return 0;
}
