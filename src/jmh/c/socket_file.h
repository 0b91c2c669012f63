// SPDX-License-Identifier: Apache-2.0
// Sockets that are bound to a path, in a directory of their own.
#ifndef SOCKET_FILE_H
#define SOCKET_FILE_H

#include "measure.h"
#include <sys/un.h>

/* Makes a directory and names a socket in it, which does not exist at first. */
static void name_socket_file(struct sockaddr_un *name) {
    name->sun_family = AF_UNIX;
    strcpy(name->sun_path, "/tmp/benchXXXXXX");
    if (mkdtemp(name->sun_path) == NULL) {
        fail("mkdtemp");
    }
    strcat(name->sun_path, "/socket");
}

/* A socket of that type, bound to the path. */
static int open_bound(int type, const struct sockaddr_un *name) {
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *) name, sizeof *name) != 0) {
        fail("bind");
    }
    return fd;
}

/* Deletes the socket and its directory; whoever is bound to it or connected stays so. */
static void delete_socket_file(struct sockaddr_un *name) {
    unlink(name->sun_path);
    *strrchr(name->sun_path, '/') = 0;
    rmdir(name->sun_path);
}

#endif
