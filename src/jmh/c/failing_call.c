// SPDX-License-Identifier: Apache-2.0
// A recv on no descriptor, which the kernel refuses at once: what it costs to get into the kernel and back.
//
// failing_call IDLE_THREADS MILLIS   prints nanoseconds per call
#include "measure.h"

static char target[1];

static void receive_from_nothing(void) {
    if (recv(-1, target, sizeof target, MSG_DONTWAIT) != -1) {
        fail("recv");
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: failing_call IDLE_THREADS MILLIS\n");
        return 2;
    }
    start_idle_threads(atoi(arguments[1]));
    report(receive_from_nothing, atof(arguments[2]));
    return 0;
}
