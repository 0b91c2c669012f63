// SPDX-License-Identifier: Apache-2.0
// Sockets in an epoll instance: pairs, and clients that are never ready, whose peers wait in backlogs, without a descriptor.
#ifndef EPOLL_SOCKETS_H
#define EPOLL_SOCKETS_H

#include "measure.h"
#include <sys/epoll.h>
#include <sys/un.h>

#define EVENTS_PER_WAIT 1024
#define CLIENTS_OF_LISTENER 1000

static int epoll;

static void add(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        fail("epoll_ctl");
    }
}

static void open_pair(int type, int pair[2]) {
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) {
        fail("socketpair");
    }
}

static int open_listener(int type, struct sockaddr_un *address, socklen_t *length) {
    int listener = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    address->sun_family = AF_UNIX;
    if (listener < 0 || bind(listener, (struct sockaddr *) address, sizeof(sa_family_t)) != 0 // a name of the kernel's choice
            || listen(listener, CLIENTS_OF_LISTENER) != 0) {
        fail("listen");
    }
    *length = sizeof *address;
    if (getsockname(listener, (struct sockaddr *) address, length) != 0) {
        fail("getsockname");
    }
    return listener;
}

static inline void add_idle_clients(int type, int count) {
    struct sockaddr_un address;
    socklen_t length;
    for (int i = 0; i < count; i++) {
        if (i % CLIENTS_OF_LISTENER == 0) {
            open_listener(type, &address, &length);
        }
        int client = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
        if (client < 0 || connect(client, (struct sockaddr *) &address, length) != 0) {
            fail("connect");
        }
        add(client);
    }
}

#endif
