// SPDX-License-Identifier: Apache-2.0
// Sends a message on each of many connections, waits for the echoes in one loop on epoll, and sends the next on whichever has come back.
//
// echo_client SERVER_PID together|apart seqpacket|stream PATH CONNECTIONS BYTES WARMUP_MILLIS MILLIS
//
// It warms up for so long, prints a byte, and warms up again for each 'w' that it reads. Then it takes the last processor and has the
// server share it, or leaves it the others: which of these it is would be chance otherwise. It warms up once more, prints a byte, waits
// for one, measures, prints a byte and waits for one. Then come, in the machine's byte order, the nanoseconds that were measured (8 bytes)
// and those that each round trip took (4 bytes each).
#define _GNU_SOURCE // cpu_set_t
#include "measure.h"
#include <dirent.h>
#include <sched.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/un.h>

#define EVENTS_PER_WAIT 1024
#define MOST_TRIPS_PER_MILLI 2000

struct connection {
    int fd;
    double sent;
};

static int epoll;
static size_t bytes;
static char *message;
static char *echo;
static struct connection *connections;
static int connection_count;
static uint32_t *nanos;
static size_t trips;
static size_t most_trips;

static void place(const char *server, int together) {
    long last = sysconf(_SC_NPROCESSORS_ONLN) - 1;
    cpu_set_t mine;
    cpu_set_t others;
    CPU_ZERO(&mine);
    CPU_ZERO(&others);
    CPU_SET(last, &mine);
    for (long i = 0; i < last; i++) {
        CPU_SET(i, &others);
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/task", server);
    DIR *threads = opendir(path);
    if (threads == NULL || sched_setaffinity(0, sizeof mine, &mine) != 0) {
        fail("sched_setaffinity");
    }
    for (struct dirent *thread = readdir(threads); thread != NULL; thread = readdir(threads)) {
        int id = atoi(thread->d_name);
        if (id > 0) {
            sched_setaffinity(id, sizeof mine, together || last == 0 ? &mine : &others); // fails if it has ended
        }
    }
    closedir(threads);
}

static void connect_to(const char *path, int type, struct connection *connection) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    connection->fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 || connect(connection->fd, (struct sockaddr *) &address, sizeof address) != 0) {
        fail(path);
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0) {
        fail("epoll_ctl");
    }
}

static void send_on(struct connection *connection, double now) {
    connection->sent = now;
    if (send(connection->fd, message, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t) bytes) {
        fail("send");
    }
}

/* Round trips for so long, and until the last echo is back. Each begins when the one before it on its connection ends. */
static double exchange(double millis) {
    trips = 0;
    double start = now_nanos();
    double end = start + millis * 1e6;
    double now = start;
    for (int i = 0; i < connection_count; i++) {
        send_on(&connections[i], now_nanos());
    }
    for (int underway = connection_count; underway > 0;) {
        struct epoll_event events[EVENTS_PER_WAIT];
        int ready = epoll_wait(epoll, events, EVENTS_PER_WAIT, -1);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (recv(connection->fd, echo, bytes, MSG_DONTWAIT) != (ssize_t) bytes) {
                fail("recv");
            }
            if (trips == most_trips) {
                fprintf(stderr, "more round trips than there is room for\n");
                exit(1);
            }
            now = now_nanos();
            nanos[trips++] = (uint32_t) (now - connection->sent);
            if (now < end) {
                send_on(connection, now);
            } else {
                underway--;
            }
        }
    }
    return now - start;
}

static void put(const void *what, size_t length) {
    if (fwrite(what, 1, length, stdout) != length || fflush(stdout) != 0) {
        fail("stdout");
    }
}

/* Lets whoever started this look at the server, which is idle now, and say how to go on. */
static char pause_for_a_look(void) {
    char byte = '\n';
    put(&byte, 1);
    if (read(STDIN_FILENO, &byte, 1) != 1) {
        exit(1);
    }
    return byte;
}

int main(int count, char **arguments) {
    if (count != 9) {
        fprintf(stderr, "usage: echo_client SERVER_PID together|apart seqpacket|stream PATH CONNECTIONS BYTES WARMUP_MILLIS MILLIS\n");
        return 2;
    }
    int type = socket_type(arguments[3]);
    const char *path = arguments[4];
    connection_count = atoi(arguments[5]);
    bytes = strtoul(arguments[6], NULL, 10);
    double warmup_millis = atof(arguments[7]);
    double millis = atof(arguments[8]);
    message = calloc(1, bytes);
    echo = calloc(1, bytes);
    connections = calloc(connection_count, sizeof *connections);
    most_trips = (size_t) ((warmup_millis > millis ? warmup_millis : millis) * MOST_TRIPS_PER_MILLI) + connection_count;
    nanos = malloc(most_trips * sizeof *nanos);
    memset(nanos, 1, most_trips * sizeof *nanos); // so that no page is fetched while it measures
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        fail("epoll_create1");
    }
    for (int i = 0; i < connection_count; i++) {
        connect_to(path, type, &connections[i]);
    }
    do {
        exchange(warmup_millis);
    } while (pause_for_a_look() == 'w');
    place(arguments[1], strcmp(arguments[2], "together") == 0);
    exchange(warmup_millis);
    pause_for_a_look();
    int64_t taken = (int64_t) exchange(millis);
    pause_for_a_look();
    put(&taken, sizeof taken);
    put(nanos, trips * sizeof *nanos);
    return 0;
}
