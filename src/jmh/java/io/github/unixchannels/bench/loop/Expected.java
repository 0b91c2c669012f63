// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

/** That what was measured is what was meant. */
final class Expected {

    private Expected() {}

    /** Returns {@code actual} if it is what was expected. */
    static int bytes(int expected, int actual) {
        if (actual != expected) {
            throw new IllegalStateException("bytes: expected=" + expected + ", actual=" + actual);
        }
        return actual;
    }
}
