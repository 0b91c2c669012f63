// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

/** That what was received is what was sent. */
final class Received {

    private Received() {}

    /** Returns {@code actual} if it is as many bytes as were expected. */
    static int bytes(int expected, int actual) {
        if (actual != expected) {
            throw new IllegalStateException("received: expected=" + expected + ", actual=" + actual);
        }
        return actual;
    }
}
