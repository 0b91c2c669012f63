// SPDX-License-Identifier: Apache-2.0
// One message through a pair, then the end of the process; prints the nanoseconds from the beginning of main.
// first_message <stream|seqpacket>
#include "measure.h"

int main(int argc, char **argv) {
    double began = now_nanos();
    char bytes[64] = {0};
    int ends[2];
    if (argc != 2 || socketpair(AF_UNIX, socket_type(argv[1]), 0, ends) != 0) {
        fail("socketpair");
    }
    if (send(ends[0], bytes, sizeof bytes, 0) != sizeof bytes || recv(ends[1], bytes, sizeof bytes, 0) != sizeof bytes) {
        fail("send and recv");
    }
    printf("%.0f\n", now_nanos() - began);
    return 0;
}
