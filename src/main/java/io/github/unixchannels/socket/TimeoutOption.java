// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.descriptor.Timeout;
import java.time.Duration;

/** The value of SO_RCVTIMEO and SO_SNDTIMEO: a {@link Duration} for users, a number of {@link Timeout} inside. */
public final class TimeoutOption {

    private TimeoutOption() {}

    /**
     * The number for a value; a value of more than 292 years is 292 years.
     *
     * @throws IllegalArgumentException if the value is negative
     */
    public static long nanos(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("Invalid timeout: " + value);
        }
        try {
            return value.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** The value for a number. */
    public static Duration value(long nanos) {
        return Duration.ofNanos(nanos);
    }
}
