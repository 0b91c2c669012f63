// SPDX-License-Identifier: Apache-2.0
// One end of a pair is written to, epoll finds the other among many sockets, and it is read: what OneReadyBenchmark does.
//
// epoll_loop seqpacket|stream SOCKETS BYTES IDLE_THREADS MILLIS   prints nanoseconds per turn
#include "epoll_sockets.h"

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

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: epoll_loop seqpacket|stream SOCKETS BYTES IDLE_THREADS MILLIS\n");
        return 2;
    }
    int type = socket_type(arguments[1]);
    int sockets = atoi(arguments[2]);
    bytes = strtoul(arguments[3], NULL, 10);
    truncation = type == SOCK_SEQPACKET ? MSG_TRUNC : 0; // on a stream it would discard the bytes
    source = calloc(1, bytes);
    target = calloc(1, bytes);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        fail("epoll_create1");
    }
    add_idle_clients(type, sockets - 1);
    int pair[2];
    open_pair(type, pair);
    writer = pair[0];
    add(pair[1]);
    start_idle_threads(atoi(arguments[4]));
    report(turn, atof(arguments[5]));
    return 0;
}
