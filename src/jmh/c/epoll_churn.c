// SPDX-License-Identifier: Apache-2.0
// A socket is added to an epoll instance that has others, and deleted, with a look at events after each: what ChurnBenchmark does.
//
// epoll_churn seqpacket|stream OTHER_SOCKETS IDLE_THREADS MILLIS   prints nanoseconds per addition and deletion
#include "epoll_sockets.h"

static int coming;

static void look(void) {
    struct epoll_event events[EVENTS_PER_WAIT];
    if (epoll_wait(epoll, events, EVENTS_PER_WAIT, 0) != 0) {
        fail("epoll_wait");
    }
}

static void come_and_go(void) {
    add(coming);
    look();
    if (epoll_ctl(epoll, EPOLL_CTL_DEL, coming, NULL) != 0) {
        fail("epoll_ctl");
    }
    look();
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: epoll_churn seqpacket|stream OTHER_SOCKETS IDLE_THREADS MILLIS\n");
        return 2;
    }
    int type = socket_type(arguments[1]);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        fail("epoll_create1");
    }
    add_idle_clients(type, atoi(arguments[2]));
    int pair[2];
    open_pair(type, pair);
    coming = pair[1];
    start_idle_threads(atoi(arguments[3]));
    report(come_and_go, atof(arguments[4]));
    return 0;
}
