// SPDX-License-Identifier: Apache-2.0
// Starts a server, which is to say "listening" on its standard output, connects to it so many times, and copies what it says afterwards.
// idle_clients <stream|seqpacket> <path> <connections> <program> [argument...]
#include "measure.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>

static const char LISTENING[] = "listening\n";

static pid_t start(char **command, int *from) {
    int output[2];
    if (pipe(output) != 0) {
        fail("pipe");
    }
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); // it would wait for its clients for ever
        dup2(output[1], 1);
        close(output[0]);
        close(output[1]);
        execvp(command[0], command);
        fail(command[0]);
    }
    close(output[1]);
    *from = output[0];
    return pid;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fail("usage: idle_clients <stream|seqpacket> <path> <connections> <program> [argument...]");
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[2], sizeof address.sun_path - 1);
    unlink(argv[2]);
    int from;
    pid_t server = start(argv + 4, &from);
    char said[sizeof LISTENING] = {0};
    for (size_t length = 0; length < sizeof LISTENING - 1; ) {
        ssize_t n = read(from, said + length, sizeof LISTENING - 1 - length);
        if (n <= 0) {
            fail("the server does not listen");
        }
        length += n;
    }
    if (strcmp(said, LISTENING) != 0) {
        fail(said);
    }
    for (int i = atoi(argv[3]); i > 0; i--) {
        int fd = socket(AF_UNIX, socket_type(argv[1]), 0);
        if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof address) != 0) {
            fail("connect");
        }
    }
    char text[1024];
    ssize_t n;
    while ((n = read(from, text, sizeof text)) > 0) {
        fwrite(text, 1, n, stdout);
    }
    int status;
    unlink(argv[2]);
    if (waitpid(server, &status, 0) != server || status != 0) {
        fail("the server");
    }
    return 0;
}
