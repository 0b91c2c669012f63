// SPDX-License-Identifier: Apache-2.0
// Runs a program so many times after one run that does not count, and prints the medians of what its processes took, in milliseconds:
// from before the fork to their end ("wall"), of the processor, user and system ("cpu"), and what they say themselves, which is a number
// of nanoseconds and nothing else ("main"). process_time <times> <program> [argument...]
#define _GNU_SOURCE
#include "measure.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MOST_TIMES 100

static double millis(struct timeval time) {
    return time.tv_sec * 1e3 + time.tv_usec * 1e-3;
}

static void run(char **command, double *wall, double *cpu, double *in_main) {
    extern char **environ;
    char text[64] = {0};
    int output[2];
    posix_spawn_file_actions_t actions;
    if (pipe(output) != 0 || posix_spawn_file_actions_init(&actions) != 0) {
        fail("pipe");
    }
    posix_spawn_file_actions_adddup2(&actions, output[1], 1);
    posix_spawn_file_actions_addclose(&actions, output[0]);
    posix_spawn_file_actions_addclose(&actions, output[1]);
    double began = now_nanos();
    pid_t pid;
    if (posix_spawnp(&pid, command[0], &actions, NULL, command, environ) != 0) {
        fail(command[0]);
    }
    int status;
    struct rusage usage;
    if (wait4(pid, &status, 0, &usage) != pid || status != 0) {
        fail("wait4");
    }
    *wall = (now_nanos() - began) * 1e-6;
    *cpu = millis(usage.ru_utime) + millis(usage.ru_stime);
    close(output[1]);
    if (read(output[0], text, sizeof text - 1) <= 0) {
        fail("read");
    }
    char *end;
    *in_main = strtod(text, &end) * 1e-6;
    if (end == text || *end != '\n') {
        fail(text);
    }
    close(output[0]);
    posix_spawn_file_actions_destroy(&actions);
}

static double median(double *values, int count) {
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

int main(int argc, char **argv) {
    int times = argc > 2 ? atoi(argv[1]) : 0;
    if (times < 1 || times > MOST_TIMES) {
        fail("usage: process_time <times> <program> [argument...]");
    }
    double wall[MOST_TIMES], cpu[MOST_TIMES], in_main[MOST_TIMES];
    run(argv + 2, wall, cpu, in_main);
    for (int i = 0; i < times; i++) {
        run(argv + 2, wall + i, cpu + i, in_main + i);
    }
    printf("wall %.3f\ncpu %.3f\nmain %.4f\n", median(wall, times), median(cpu, times), median(in_main, times));
    return 0;
}
