// SPDX-License-Identifier: Apache-2.0
// One end of one pair is written to, epoll finds the other among many, and it is read: what SelectorBenchmark does.
//
// epoll_loop seqpacket|stream PAIRS BYTES IDLE_THREADS MILLIS   prints nanoseconds per turn
#include "measure.h"
#include <sys/epoll.h>

#define EVENTS_PER_WAIT 1024

static int epoll;
static int writer;
static size_t bytes;
static int truncation;
static char *source;
static char *target;

static void turn(void) {
    struct epoll_event events[EVENTS_PER_WAIT];
    if (send(writer, source, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t) bytes) {
        fail("send");
    }
    int count = epoll_wait(epoll, events, EVENTS_PER_WAIT, -1);
    for (int i = 0; i < count; i++) {
        if (recv(events[i].data.fd, target, bytes, MSG_DONTWAIT | truncation) != (ssize_t) bytes) {
            fail("recv");
        }
    }
}

static void add_pair(int type) {
    int pair[2];
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) {
        fail("socketpair");
    }
    struct epoll_event event = {.events = EPOLLIN, .data.fd = pair[1]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, pair[1], &event) != 0) {
        fail("epoll_ctl");
    }
    writer = pair[0];
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: epoll_loop seqpacket|stream PAIRS BYTES IDLE_THREADS MILLIS\n");
        return 2;
    }
    int type = socket_type(arguments[1]);
    int pairs = atoi(arguments[2]);
    bytes = strtoul(arguments[3], NULL, 10);
    truncation = type == SOCK_SEQPACKET ? MSG_TRUNC : 0; // on a stream it would discard the bytes
    source = calloc(1, bytes);
    target = calloc(1, bytes);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        fail("epoll_create1");
    }
    for (int i = 0; i < pairs; i++) {
        add_pair(type);
    }
    start_idle_threads(atoi(arguments[4]));
    report(turn, atof(arguments[5]));
    return 0;
}
