// SPDX-License-Identifier: Apache-2.0
// This thread sends and another receives, each on a CPU of its own and as fast as it can: what ThroughputBenchmark does.
//
// throughput stream|seqpacket|dgram BYTES MILLIS   prints nanoseconds per message
#define _GNU_SOURCE // sched_setaffinity
#include "partner.h"

static int pair[2];
static size_t bytes;
static char *source;

static void receive_all(void) {
    bind_thread(1);
    char *target = calloc(1, bytes);
    for (;;) {
        if (recv(pair[1], target, bytes, 0) <= 0) {
            fail("recv");
        }
    }
}

/* Of a blocking stream, too, send takes all. */
static void send_one(void) {
    if (send(pair[0], source, bytes, MSG_NOSIGNAL) != (ssize_t) bytes) {
        fail("send");
    }
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: throughput stream|seqpacket|dgram BYTES MILLIS\n");
        return 2;
    }
    open_pair(type_of(arguments[1]), pair);
    bytes = strtoul(arguments[2], NULL, 10);
    source = calloc(1, bytes);
    start_partner(receive_all);
    bind_thread(0);
    report(send_one, atof(arguments[3]));
    return 0;
}
