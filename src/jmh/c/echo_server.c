// SPDX-License-Identifier: Apache-2.0
// Echoes what comes on any connection to a socket, in one loop on epoll, until its standard input ends.
//
// echo_server seqpacket|stream PATH BYTES IDLE_THREADS   prints "ready", then for each byte of input what EchoServer does for a line
#define _GNU_SOURCE
#include "measure.h"
#include <sys/epoll.h>
#include <sys/un.h>

#define EVENTS_PER_WAIT 1024

static int epoll;
static int listener;
static size_t bytes;
static char *buffer;

static void add(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        fail("epoll_ctl");
    }
}

static void listen_at(const char *path, int type) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    listener = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *) &address, sizeof address) != 0 || listen(listener, SOMAXCONN) != 0) {
        fail(path);
    }
    add(listener);
}

static void answer(void) {
    char asked;
    if (read(STDIN_FILENO, &asked, 1) != 1) {
        exit(0);
    }
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    printf("NaN %.0f 0\n", time.tv_sec * 1e9 + time.tv_nsec);
    fflush(stdout);
}

static void echo(int fd) {
    ssize_t count = recv(fd, buffer, bytes, MSG_DONTWAIT);
    if (count == 0) {
        close(fd);
    } else if (count < 0) {
        fail("recv");
    } else if (send(fd, buffer, count, MSG_DONTWAIT | MSG_NOSIGNAL) != count) {
        fail("send");
    }
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: echo_server seqpacket|stream PATH BYTES IDLE_THREADS\n");
        return 2;
    }
    bytes = strtoul(arguments[3], NULL, 10);
    buffer = calloc(1, bytes);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        fail("epoll_create1");
    }
    listen_at(arguments[2], socket_type(arguments[1]));
    add(STDIN_FILENO);
    start_idle_threads(atoi(arguments[4]));
    puts("ready");
    fflush(stdout);
    for (;;) {
        struct epoll_event events[EVENTS_PER_WAIT];
        int ready = epoll_wait(epoll, events, EVENTS_PER_WAIT, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                add(accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
            } else if (fd == STDIN_FILENO) {
                answer();
            } else {
                echo(fd);
            }
        }
    }
}
