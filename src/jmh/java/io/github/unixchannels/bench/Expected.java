// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

/** That what was measured is what was meant. */
final class Expected {

    private Expected() {}

    /** Returns {@code actual} if it is what was expected. */
    static int bytes(int expected, int actual) {
        if (actual != expected) {
            throw new IllegalStateException("read: expected=" + expected + ", actual=" + actual);
        }
        return actual;
    }

    /** Returns {@code actual} if it is as many messages as were expected. */
    static int messages(int expected, int actual) {
        if (actual != expected) {
            throw new IllegalStateException("messages: expected=" + expected + ", actual=" + actual);
        }
        return actual;
    }

    /** Checks how many descriptors came. */
    static void descriptors(int expected, int actual) {
        if (actual != expected) {
            throw new IllegalStateException("descriptors: expected=" + expected + ", actual=" + actual);
        }
    }
}
