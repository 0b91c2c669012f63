// SPDX-License-Identifier: Apache-2.0
// A message to another thread, which waits for it, and back to this one, which waits for that: what PingPongBenchmark does.
//
// ping_pong stream|seqpacket|dgram BYTES CPUS MILLIS   prints nanoseconds per round trip
#define _GNU_SOURCE // sched_setaffinity
#include "partner.h"

static int pair[2];
static size_t bytes;
static int cpus;
static char *source;
static char *target;

static void send_all(int fd, const char *message) {
    if (send(fd, message, bytes, MSG_NOSIGNAL) != (ssize_t) bytes) {
        fail("send");
    }
}

static void receive_all(int fd, char *message) {
    if (recv(fd, message, bytes, 0) != (ssize_t) bytes) {
        fail("recv");
    }
}

static void echo(void) {
    bind_thread(cpus - 1);
    char *message = calloc(1, bytes);
    for (;;) {
        receive_all(pair[1], message);
        send_all(pair[1], message);
    }
}

static void round_trip(void) {
    send_all(pair[0], source);
    receive_all(pair[0], target);
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: ping_pong stream|seqpacket|dgram BYTES CPUS MILLIS\n");
        return 2;
    }
    open_pair(type_of(arguments[1]), pair);
    bytes = strtoul(arguments[2], NULL, 10);
    source = calloc(1, bytes);
    target = calloc(1, bytes);
    cpus = atoi(arguments[3]);
    start_partner(echo);
    bind_thread(0);
    report(round_trip, atof(arguments[4]));
    return 0;
}
