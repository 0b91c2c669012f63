// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * The time of an operation that passes over what a check refuses. All attempts together have one timeout, so that those who are refused
 * cannot keep the thread.
 */
public final class AdmissionTime {

    private final String operation;
    private final Object target;
    private final String missing;
    private final long timeoutNanos;
    private final long deadline;

    /**
     * The time begins now.
     *
     * @param missing what has not happened when the time is over, for the message
     * @param timeoutNanos a number of {@link Timeout}
     */
    public AdmissionTime(String operation, Object target, String missing, long timeoutNanos) {
        this.operation = operation;
        this.target = target;
        this.missing = missing;
        this.timeoutNanos = timeoutNanos;
        this.deadline = Timeout.deadline(timeoutNanos);
    }

    /** An operation that may wait for so many nanoseconds. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run(long timeoutNanos) throws IOException;
    }

    /** Runs an attempt, which may take what is left of the time. */
    public <T> T within(Attempt<T> attempt) throws IOException {
        try {
            return attempt.run(Timeout.left(deadline));
        } catch (SocketTimeoutException e) {
            throw exceeded();
        }
    }

    /**
     * True, for another attempt.
     *
     * @throws SocketTimeoutException if the time is over
     */
    public boolean goesOn() throws SocketTimeoutException {
        if (Timeout.isOver(deadline)) {
            throw exceeded();
        }
        return true;
    }

    private SocketTimeoutException exceeded() {
        return Timeout.exceeded(operation, target, missing, timeoutNanos);
    }
}
