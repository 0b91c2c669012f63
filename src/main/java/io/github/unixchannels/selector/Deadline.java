// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.util.concurrent.TimeUnit;

/**
 * The end of a wait.
 *
 * @param nanos as {@link System#nanoTime}
 */
record Deadline(long nanos) {

    /** A hundred years, below which differences of {@code nanoTime} do not overflow. */
    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    static Deadline in(long millis) {
        return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(millis, LONGEST_MILLIS)));
    }

    boolean hasPassed() {
        return nanos - System.nanoTime() <= 0;
    }

    /** What is left in whole milliseconds, rounded up so that nobody comes early; at most what epoll_wait(2) takes. */
    int leftMillis() {
        long left = Math.max(0, nanos - System.nanoTime());
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(left + 999_999));
    }
}
