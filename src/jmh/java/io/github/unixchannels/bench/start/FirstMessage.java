// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

/** What the processes of one message have in common. */
final class FirstMessage {

    static final int BYTES = 64;

    private FirstMessage() {}

    /** Prints how many nanoseconds it is since then, once all was received. */
    static void report(long began, int received) {
        if (received != BYTES) {
            throw new IllegalStateException("received: " + received);
        }
        System.out.println(System.nanoTime() - began);
    }
}
