// SPDX-License-Identifier: Apache-2.0
// One datagram sent from one named socket to another and received with its sender, by one thread: what DatagramBenchmark does.
//
// datagram connected|unconnected BYTES IDLE_THREADS MILLIS   prints nanoseconds per send and receive
#include "measure.h"
#include <sys/un.h>

static int sender;
static int receiver;
static size_t bytes;
static char *source;
static char *target;
static struct sockaddr_un from;
static struct sockaddr_un to;
static socklen_t from_length;
static socklen_t to_length;
static int connected;

static void send_and_receive(void) {
    ssize_t sent = connected
            ? send(sender, source, bytes, MSG_DONTWAIT | MSG_NOSIGNAL)
            : sendto(sender, source, bytes, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *) &to, to_length);
    if (sent != (ssize_t) bytes) {
        fail("sendto");
    }
    struct sockaddr_un name;
    socklen_t length = sizeof name;
    if (recvfrom(receiver, target, bytes, MSG_DONTWAIT, (struct sockaddr *) &name, &length) != (ssize_t) bytes) {
        fail("recvfrom");
    }
    if (length != from_length || memcmp(&name, &from, length) != 0) {
        fail("from somebody else");
    }
}

static int open_named(struct sockaddr_un *name, socklen_t *length) {
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    name->sun_family = AF_UNIX;
    *length = sizeof *name;
    if (fd < 0 || bind(fd, (struct sockaddr *) name, sizeof name->sun_family) != 0
            || getsockname(fd, (struct sockaddr *) name, length) != 0) {
        fail("bind");
    }
    return fd;
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: datagram connected|unconnected BYTES IDLE_THREADS MILLIS\n");
        return 2;
    }
    connected = strcmp(arguments[1], "connected") == 0;
    bytes = strtoul(arguments[2], NULL, 10);
    source = calloc(1, bytes);
    target = calloc(1, bytes);
    sender = open_named(&from, &from_length);
    receiver = open_named(&to, &to_length);
    if (connected && (connect(sender, (struct sockaddr *) &to, to_length) != 0
            || connect(receiver, (struct sockaddr *) &from, from_length) != 0)) {
        fail("connect");
    }
    start_idle_threads(atoi(arguments[3]));
    report(send_and_receive, atof(arguments[4]));
    return 0;
}
