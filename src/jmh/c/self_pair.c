// SPDX-License-Identifier: Apache-2.0
// One message (or as many bytes) written to one end of a pair and read from the other, by one thread: what SelfPairBenchmark does.
//
// self_pair seqpacket|stream|dgram BYTES dontwait|blocking IDLE_THREADS MILLIS   prints nanoseconds per write and read
#include "measure.h"

static int pair[2];
static size_t bytes;
static int flags;
static int truncation;
static char *source;
static char *target;

static void write_and_read(void) {
    if (send(pair[0], source, bytes, flags | MSG_NOSIGNAL) != (ssize_t) bytes) {
        fail("send");
    }
    if (recv(pair[1], target, bytes, flags | truncation) != (ssize_t) bytes) {
        fail("recv");
    }
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: self_pair seqpacket|stream|dgram BYTES dontwait|blocking IDLE_THREADS MILLIS\n");
        return 2;
    }
    int type = socket_type(arguments[1]);
    bytes = strtoul(arguments[2], NULL, 10);
    flags = strcmp(arguments[3], "dontwait") == 0 ? MSG_DONTWAIT : 0;
    truncation = type == SOCK_SEQPACKET ? MSG_TRUNC : 0; // on a stream it would discard the bytes, and nobody asks of a datagram
    source = calloc(1, bytes);
    target = calloc(1, bytes);
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) {
        fail("socketpair");
    }
    start_idle_threads(atoi(arguments[4]));
    report(write_and_read, atof(arguments[5]));
    return 0;
}
