// SPDX-License-Identifier: Apache-2.0
// A batch of messages sent to one end of a pair and received at the other, by one thread: what BatchBenchmark does.
//
// batch seqpacket|dgram MESSAGES BYTES IDLE_THREADS MILLIS   prints nanoseconds per message
#define _GNU_SOURCE // struct mmsghdr
#include "measure.h"
#include <sys/uio.h>

static int pair[2];
static int messages;
static size_t bytes;
static struct mmsghdr *outgoing;
static struct mmsghdr *incoming;

static struct mmsghdr *batch(void) {
    struct mmsghdr *headers = calloc(messages, sizeof *headers);
    struct iovec *segments = calloc(messages, sizeof *segments);
    char *memory = calloc(messages, bytes);
    for (int i = 0; i < messages; i++) {
        segments[i] = (struct iovec) {.iov_base = memory + i * bytes, .iov_len = bytes};
        headers[i].msg_hdr = (struct msghdr) {.msg_iov = &segments[i], .msg_iovlen = 1};
    }
    return headers;
}

static void send_and_receive(void) {
    if (sendmmsg(pair[0], outgoing, messages, MSG_DONTWAIT | MSG_NOSIGNAL) != messages) {
        fail("sendmmsg");
    }
    if (recvmmsg(pair[1], incoming, messages, MSG_DONTWAIT | MSG_TRUNC, NULL) != messages) {
        fail("recvmmsg");
    }
    for (int i = 0; i < messages; i++) {
        if (incoming[i].msg_len != bytes) {
            fail("not what was sent");
        }
    }
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: batch seqpacket|dgram MESSAGES BYTES IDLE_THREADS MILLIS\n");
        return 2;
    }
    int type = strcmp(arguments[1], "dgram") == 0 ? SOCK_DGRAM : SOCK_SEQPACKET;
    messages = atoi(arguments[2]);
    bytes = strtoul(arguments[3], NULL, 10);
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) {
        fail("socketpair");
    }
    outgoing = batch();
    incoming = batch();
    start_idle_threads(atoi(arguments[4]));
    report_each(send_and_receive, atof(arguments[5]), messages);
    return 0;
}
