// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

/** That what was measured is what was meant. */
public final class Expected {

    private Expected() {}

    /** Returns {@code actual} if it is what was expected. */
    public static int bytes(int expected, int actual) {
        if (actual != expected) {
            throw new IllegalStateException("read: expected=" + expected + ", actual=" + actual);
        }
        return actual;
    }

    /** Returns {@code actual} if it is what a system call was expected to return. */
    public static long results(long expected, long actual) {
        if (actual != expected) {
            throw new IllegalStateException("system call: expected=" + expected + ", actual=" + actual);
        }
        return actual;
    }

    /** Returns {@code actual} if it is as many messages as were expected. */
    public static int messages(int expected, int actual) {
        if (actual != expected) {
            throw new IllegalStateException("messages: expected=" + expected + ", actual=" + actual);
        }
        return actual;
    }

    /** Checks how many descriptors came. */
    public static void descriptors(int expected, int actual) {
        if (actual != expected) {
            throw new IllegalStateException("descriptors: expected=" + expected + ", actual=" + actual);
        }
    }
}
