// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.Printable;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * How long an operation may wait: a number of nanoseconds above 0, {@link #NONE} or {@link #NO_WAIT}. When the operation begins to wait, the
 * timeout becomes a deadline, a time of {@link System#nanoTime}. A deadline of NONE and of NO_WAIT is the same number.
 */
public final class Timeout {

    /** The operation does not wait: the channel is non-blocking. */
    public static final long NO_WAIT = -1;

    /** The operation waits as long as it takes. No clock is read. */
    public static final long NONE = 0;

    /** More than a century: what is added to a time of the clock must not overflow. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private Timeout() {}

    /** When an operation is over that begins now. */
    public static long deadline(long timeoutNanos) {
        if (timeoutNanos <= NONE) {
            return timeoutNanos;
        }
        long deadline = System.nanoTime() + Math.min(timeoutNanos, LONGEST_NANOS);
        return deadline == NONE || deadline == NO_WAIT ? 1 : deadline;
    }

    /** The timeout that is left until a deadline: at least a nanosecond, if there is one. */
    public static long left(long deadline) {
        return isTime(deadline) ? Math.max(1, deadline - System.nanoTime()) : deadline;
    }

    /** Whether a deadline has passed. */
    public static boolean isOver(long deadline) {
        return isTime(deadline) && deadline - System.nanoTime() <= 0;
    }

    /** What is left until a deadline as poll(2) takes it: rounded up to milliseconds, and negative without limit. */
    public static int millisLeft(long deadline) {
        if (!isTime(deadline)) {
            return -1;
        }
        long nanos = Math.max(0, deadline - System.nanoTime());
        return (int) Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    private static boolean isTime(long deadline) {
        return deadline != NONE && deadline != NO_WAIT;
    }

    /**
     * The exception of an operation that found nothing, or no room, until the deadline.
     *
     * @param operation what was tried
     * @param target on which address or descriptor
     * @param missing what did not happen
     */
    public static SocketTimeoutException exceeded(String operation, Object target, String missing, long timeoutNanos) {
        return new SocketTimeoutException(
                operation + "(" + Printable.of(String.valueOf(target)) + "): timed out, " + missing + " within " + text(timeoutNanos));
    }

    private static String text(long nanos) {
        return nanos % NANOS_PER_MILLI == 0 ? nanos / NANOS_PER_MILLI + " ms" : nanos + " ns";
    }
}
