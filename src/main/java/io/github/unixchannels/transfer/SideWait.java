// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.socket.Endpoint;
import io.github.unixchannels.sys.Linux;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * How the operations of one side of a socket wait, and how long. Used by the thread that has entered the descriptor for that side.
 *
 * <p>To read the clock costs a tenth of a read that finds bytes. So an operation with a timeout does without, unless those before it waited
 * in the kernel: the first attempt does not wait, and the clock is read only if that finds nothing.
 */
abstract class SideWait {

    /** A call that took longer has waited. */
    private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(2);

    /** Of so many operations that began with the clock, one looks whether it waited. */
    private static final int TIMED_PER_LOOK = 16;

    /** The clock has not been read. */
    private static final long NOT_KNOWN = Timeout.NO_WAIT;

    private final Endpoint endpoint;

    // Of the operation in progress.
    private long timeoutNanos;
    // Asked for here, so that no class is loaded in a wait: a process without a descriptor left could not load one.
    private long deadline = Timeout.deadline(Timeout.NONE);

    /** Whether the operations that have a timeout have lately waited in the kernel. */
    private boolean lastWaited;

    /** How many operations have begun with the clock. */
    private int timed;

    SideWait(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    final Endpoint endpoint() {
        return endpoint;
    }

    final SocketDescriptor descriptor() {
        return endpoint.descriptor();
    }

    /** The flags of a call that may wait for so long. */
    abstract int flags(long timeout);

    /**
     * An operation begins.
     *
     * @param timeout a number of {@link Timeout}
     * @return the flags of the first attempt: MSG_DONTWAIT, or 0 to wait in the kernel
     */
    final int begin(long timeout) {
        timeoutNanos = timeout;
        if (timeout == Timeout.NONE) {
            deadline = Timeout.NONE;
            return flags(Timeout.NONE);
        }
        deadline = NOT_KNOWN;
        if (timeout == Timeout.NO_WAIT || !lastWaited || flags(timeout) != 0) {
            return Linux.MSG_DONTWAIT;
        }
        deadline = Timeout.deadline(timeout);
        return 0;
    }

    /** The operation is done. */
    final void end() {
        if (timeoutNanos > Timeout.NONE && deadline != NOT_KNOWN && ++timed % TIMED_PER_LOOK == 0) {
            lastWaited = System.nanoTime() - (deadline - timeoutNanos) > SHORT_NANOS;
        }
    }

    /** Whether the operation may wait at all. */
    final boolean mayWait() {
        return timeoutNanos != Timeout.NO_WAIT;
    }

    /** Reads the clock, if the operation has a timeout and that was not done. Returns whether it was done now. */
    final boolean startClock() {
        if (deadline != NOT_KNOWN) {
            return false;
        }
        deadline = Timeout.deadline(timeoutNanos);
        lastWaited = true;
        return true;
    }

    final boolean isOver() {
        return Timeout.isOver(deadline);
    }

    /** When the time of the operation is over, once the clock was started. */
    final long deadline() {
        return deadline;
    }

    /** The flags of the next attempt, once the clock was started. */
    final int nextFlags() {
        return flags(Timeout.left(deadline));
    }

    final SocketTimeoutException exceeded(String operation, Object target, String missing) {
        return Timeout.exceeded(operation, target, missing, timeoutNanos);
    }
}
