// SPDX-License-Identifier: Apache-2.0
// One message sent to one end of a SEQPACKET pair and received at the other with what travels beside it, by one thread: what
// AncillaryBenchmark does.
//
// ancillary DESCRIPTORS credentials|nothing BYTES IDLE_THREADS MILLIS   prints nanoseconds per send and receive
#define _GNU_SOURCE // struct ucred
#include "measure.h"
#include <fcntl.h>

#define MAX_DESCRIPTORS 253 // SCM_MAX_FD
#define CONTROL_BYTES 8192  // room for all that can travel beside a message

static int pair[2];
static int descriptors;
static int passed[MAX_DESCRIPTORS];
static int with_credentials;
static size_t bytes;
static char *source;
static char *target;
static char outgoing[CMSG_SPACE(sizeof passed)] __attribute__((aligned(8)));
static char incoming[CONTROL_BYTES] __attribute__((aligned(8)));

static ssize_t send_with_descriptors(void) {
    struct iovec segment = {.iov_base = source, .iov_len = bytes};
    size_t length = descriptors * sizeof *passed;
    struct msghdr message = {
        .msg_iov = &segment, .msg_iovlen = 1, .msg_control = outgoing, .msg_controllen = CMSG_SPACE(length)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(length);
    memcpy(CMSG_DATA(header), passed, length);
    return sendmsg(pair[0], &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int close_all(struct cmsghdr *header) {
    int count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    int received[MAX_DESCRIPTORS];
    memcpy(received, CMSG_DATA(header), count * sizeof *received);
    for (int i = 0; i < count; i++) {
        if (close(received[i]) != 0) {
            fail("close");
        }
    }
    return count;
}

static void send_and_receive(void) {
    ssize_t sent = descriptors > 0 ? send_with_descriptors() : send(pair[0], source, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent != (ssize_t) bytes) {
        fail("sendmsg");
    }
    struct iovec segment = {.iov_base = target, .iov_len = bytes};
    struct msghdr message = {.msg_iov = &segment, .msg_iovlen = 1, .msg_control = incoming, .msg_controllen = sizeof incoming};
    if (recvmsg(pair[1], &message, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC) != (ssize_t) bytes) {
        fail("recvmsg");
    }
    int count = 0;
    int from_this_process = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
            count += close_all(header);
        } else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_CREDENTIALS) {
            struct ucred credentials;
            memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
            from_this_process = credentials.pid > 0;
        }
    }
    if (count != descriptors || from_this_process != with_credentials) {
        fail("not what was sent");
    }
}

static void set_on_receiver(int option, const char *name) {
    int on = 1;
    if (setsockopt(pair[1], SOL_SOCKET, option, &on, sizeof on) != 0) {
        fail(name);
    }
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: ancillary DESCRIPTORS credentials|nothing BYTES IDLE_THREADS MILLIS\n");
        return 2;
    }
    descriptors = atoi(arguments[1]);
    with_credentials = strcmp(arguments[2], "credentials") == 0;
    bytes = strtoul(arguments[3], NULL, 10);
    source = calloc(1, bytes);
    target = calloc(1, bytes);
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (file < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        fail("socketpair");
    }
    for (int i = 0; i < descriptors; i++) {
        passed[i] = file;
    }
    set_on_receiver(SO_TIMESTAMP, "SO_TIMESTAMP"); // as a receive in Java does, to tell an empty message from the end
    if (with_credentials) {
        set_on_receiver(SO_PASSCRED, "SO_PASSCRED");
    }
    start_idle_threads(atoi(arguments[4]));
    report(send_and_receive, atof(arguments[5]));
    return 0;
}
