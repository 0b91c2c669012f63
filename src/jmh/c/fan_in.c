// SPDX-License-Identifier: Apache-2.0
// Datagrams from many sockets, bound to paths and connected to one, sent by another thread from one after the other or by a thread for
// each, and received with their senders: what FanInBenchmark does.
//
// fan_in one|batch SENDERS THREADS BYTES MILLIS   prints nanoseconds per datagram received
#define _GNU_SOURCE // struct mmsghdr
#include "partner.h"
#include "socket_file.h"
#include <sys/uio.h>

#define BATCH 32 // more than the queue of a receiver takes

static int receiver;
static int *senders;
static int threads;
static int senders_of_thread;
static int threads_started;
static size_t bytes;
static struct mmsghdr headers[BATCH];
static struct iovec segments[BATCH];
static struct sockaddr_un names[BATCH];
static int received;
static int taken;

static void send_in_turn(void) {
    if (threads == 1) {
        bind_thread(1);
    }
    int *mine = senders + __atomic_fetch_add(&threads_started, senders_of_thread, __ATOMIC_RELAXED);
    char *source = calloc(1, bytes);
    for (int i = 0;; i = (i + 1) % senders_of_thread) {
        if (send(mine[i], source, bytes, MSG_NOSIGNAL) != (ssize_t) bytes) {
            fail("send");
        }
    }
}

static void receive_one(void) {
    socklen_t length = sizeof *names;
    if (recvfrom(receiver, segments[0].iov_base, bytes, 0, (struct sockaddr *) names, &length) != (ssize_t) bytes
            || length <= sizeof names->sun_family) {
        fail("recvfrom");
    }
}

static void receive_batch(void) {
    for (int i = 0; i < BATCH; i++) {
        headers[i].msg_hdr.msg_namelen = sizeof names[i];
    }
    received = recvmmsg(receiver, headers, BATCH, MSG_WAITFORONE | MSG_TRUNC, NULL);
    if (received < 1) {
        fail("recvmmsg");
    }
    taken = 0;
}

static void take_one(void) {
    if (taken == received) {
        receive_batch();
    }
    if (headers[taken].msg_len != bytes || headers[taken].msg_hdr.msg_namelen <= sizeof names->sun_family) {
        fail("not what was sent");
    }
    taken++;
}

static void open_senders(int count, const struct sockaddr_un *target) {
    senders = calloc(count, sizeof *senders);
    for (int i = 0; i < count; i++) {
        struct sockaddr_un name;
        name_socket_file(&name);
        senders[i] = open_bound(SOCK_DGRAM, &name);
        if (connect(senders[i], (const struct sockaddr *) target, sizeof *target) != 0) {
            fail("connect");
        }
        delete_socket_file(&name);
    }
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: fan_in one|batch SENDERS THREADS BYTES MILLIS\n");
        return 2;
    }
    int sockets = atoi(arguments[2]);
    threads = atoi(arguments[3]);
    bytes = strtoul(arguments[4], NULL, 10);
    for (int i = 0; i < BATCH; i++) {
        segments[i] = (struct iovec) {.iov_base = calloc(1, bytes), .iov_len = bytes};
        headers[i].msg_hdr = (struct msghdr) {.msg_iov = &segments[i], .msg_iovlen = 1, .msg_name = &names[i]};
    }
    struct sockaddr_un name;
    name_socket_file(&name);
    receiver = open_bound(SOCK_DGRAM, &name);
    open_senders(sockets, &name);
    delete_socket_file(&name);
    senders_of_thread = sockets / threads;
    for (int i = 0; i < threads; i++) {
        start_partner(send_in_turn);
    }
    if (threads == 1) {
        bind_thread(0);
    }
    report(strcmp(arguments[1], "batch") == 0 ? take_one : receive_one, atof(arguments[5]));
    return 0;
}
