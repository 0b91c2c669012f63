// SPDX-License-Identifier: Apache-2.0
// A socket is opened and connected to a listener by path, accepted, and both ends are closed, by one thread: what AcceptBenchmark does.
//
// accept stream|seqpacket IDLE_THREADS MILLIS   prints nanoseconds per connection
#define _GNU_SOURCE // accept4
#include "socket_file.h"

#define BACKLOG 128

static int type;
static int listener;
static struct sockaddr_un name;

static void connect_accept_close(void) {
    int client = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (client < 0 || connect(client, (struct sockaddr *) &name, sizeof name) != 0) {
        fail("connect");
    }
    struct sockaddr_un from;
    socklen_t length = sizeof from;
    int accepted = accept4(listener, (struct sockaddr *) &from, &length, SOCK_CLOEXEC);
    if (accepted < 0) {
        fail("accept4");
    }
    close(accepted);
    close(client);
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: accept stream|seqpacket IDLE_THREADS MILLIS\n");
        return 2;
    }
    type = socket_type(arguments[1]);
    name_socket_file(&name);
    listener = open_bound(type, &name);
    if (listen(listener, BACKLOG) != 0) {
        fail("listen");
    }
    start_idle_threads(atoi(arguments[2]));
    report(connect_accept_close, atof(arguments[3]));
    delete_socket_file(&name);
    return 0;
}
