// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.util.List;

/** The types of AF_UNIX sockets. */
enum Kind {
    STREAM(1),
    DGRAM(2),
    SEQPACKET(5);

    /** Those that connect and accept. */
    static final List<Kind> CONNECTING = List.of(STREAM, SEQPACKET);

    private final int number;

    Kind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
