// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import java.util.concurrent.TimeUnit;

/**
 * How long to wait before trying again what the kernel gives no event for: 100 microseconds, then twice as long each time, up to 10
 * milliseconds.
 */
public final class Backoff {

    private static final long FIRST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private long nextNanos = FIRST_NANOS;

    /** Creates one that begins with the shortest time. */
    public Backoff() {}

    /** How long to wait this time. */
    public long nextNanos() {
        long nanos = nextNanos;
        nextNanos = Math.min(2 * nanos, LAST_NANOS);
        return nanos;
    }

    /** As {@link #nextNanos}, in whole milliseconds, rounded up. */
    int nextMillis() {
        return (int) ((nextNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }
}
