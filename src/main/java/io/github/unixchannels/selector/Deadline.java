// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.util.concurrent.TimeUnit;

/** The end of a wait. Its owner sets it anew for each wait, so that none allocates one. Used by one thread at a time. */
final class Deadline {

    /** A hundred years, below which differences of {@code nanoTime} do not overflow. */
    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    private boolean limited;

    /** As {@link System#nanoTime}. */
    private long endNanos;

    void never() {
        limited = false;
    }

    void inMillis(long millis) {
        inNanos(TimeUnit.MILLISECONDS.toNanos(Math.min(millis, LONGEST_MILLIS)));
    }

    void inNanos(long nanos) {
        atNanos(System.nanoTime() + nanos);
    }

    /** At a time of {@link System#nanoTime}. */
    void atNanos(long nanos) {
        limited = true;
        endNanos = nanos;
    }

    boolean hasPassed() {
        return limited && endNanos - System.nanoTime() <= 0;
    }

    /**
     * What is left in whole milliseconds, rounded up so that nobody comes early.
     *
     * @return as epoll_wait(2) takes it: at most what fits, and -1 for a wait without end
     */
    int leftMillis() {
        if (!limited) {
            return -1;
        }
        long left = Math.max(0, endNanos - System.nanoTime());
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(left + 999_999));
    }
}
