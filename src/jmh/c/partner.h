// SPDX-License-Identifier: Apache-2.0
// What the programs of two threads share: pairs, and threads that are bound to CPUs.
#ifndef PARTNER_H
#define PARTNER_H

#include "measure.h"
#include <sched.h> // with _GNU_SOURCE

static inline int type_of(const char *name) {
    return strcmp(name, "dgram") == 0 ? SOCK_DGRAM : socket_type(name);
}

/* Makes a blocking pair. */
static inline void open_pair(int type, int pair[2]) {
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) {
        fail("socketpair");
    }
}

/* Binds the calling thread to one of the CPUs that it may use, counted from 0. */
static void bind_thread(int index) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        fail("sched_getaffinity");
    }
    int cpu = -1;
    for (int i = 0; i <= index; i++) {
        do {
            cpu++;
        } while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &allowed));
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) {
        fail("sched_setaffinity");
    }
}

static void *run_work(void *work) {
    ((void (*)(void)) work)();
    return NULL;
}

/* Runs it in a thread, which ends with the process. */
static void start_partner(void (*work)(void)) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_work, (void *) work) != 0) {
        fail("pthread_create");
    }
}

#endif
