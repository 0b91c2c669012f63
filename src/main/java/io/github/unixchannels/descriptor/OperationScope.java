// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.VirtualThreads;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.concurrent.locks.LockSupport;

/**
 * What stands around every operation of a channel that may wait: the descriptor is entered, and a blocking operation can be interrupted.
 * A channel lends its own two methods for that, which nobody else may call.
 */
public abstract class OperationScope {

    private final AbstractSelectableChannel channel;
    private final Descriptor descriptor;

    public OperationScope(AbstractSelectableChannel channel, Descriptor descriptor) {
        this.channel = channel;
        this.descriptor = descriptor;
    }

    /** The channel's {@code begin}. */
    protected abstract void begin();

    /** The channel's {@code end}. */
    protected abstract void end(boolean completed) throws AsynchronousCloseException;

    /**
     * Enters the descriptor. A platform thread in blocking mode may wait in the kernel from then on: {@link Descriptor#mayWaitInKernel}.
     *
     * @throws ClosedChannelException if the channel is closed: the caller is not inside
     */
    public final void enter(int side) throws ClosedChannelException {
        boolean mayWait = channel.isBlocking() && !VirtualThreads.isCurrentVirtual();
        if (!(mayWait ? descriptor.enterToWait(side) : descriptor.enter(side))) {
            throw new ClosedChannelException();
        }
    }

    /**
     * As {@link #enter(int)}. A blocking operation waits no longer than {@code timeoutNanos} while another thread has the side.
     *
     * @return the timeout of the operation itself: less than {@code timeoutNanos} if it waited for the side, and {@link Timeout#NO_WAIT} if
     *     the channel is non-blocking
     * @throws ClosedChannelException if the channel is closed: the caller is not inside
     * @throws SocketTimeoutException if another thread has the side all the time: the caller is not inside
     */
    public final long enter(int side, long timeoutNanos) throws ClosedChannelException, SocketTimeoutException {
        long left = timeoutNanos;
        if (timeoutNanos == Timeout.NONE || !channel.isBlocking()) {
            enter(side);
        } else {
            left = descriptor.enterWithin(side, !VirtualThreads.isCurrentVirtual(), timeoutNanos);
            if (left == Descriptor.IS_CLOSED) {
                throw new ClosedChannelException();
            }
            if (left == Descriptor.NO_TURN) {
                throw Timeout.exceeded("wait", descriptor, "the operation of another thread did not end", timeoutNanos);
            }
        }
        return channel.isBlocking() ? left : Timeout.NO_WAIT; // asked anew: the mode may change during the wait for the side
    }

    public final void leave(int side) {
        descriptor.leave(side);
    }

    public final boolean isBlocking() {
        return channel.isBlocking();
    }

    public final void requireOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /**
     * Between two waits of a blocking operation: {@link #tellInterrupt}.
     *
     * @throws ClosedChannelException if the channel is closed, by the interrupt too
     */
    public final void goOn() throws ClosedChannelException {
        tellInterrupt();
        requireOpen();
    }

    /**
     * Closes the channel if the thread is interrupted. Until JDK 21 a thread may be interrupted just as it begins, without the channel
     * being told, and {@link java.util.concurrent.locks.LockSupport#park} of such a thread returns at once: to begin again tells the channel.
     */
    public void tellInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            begin();
        }
    }

    /** Parks for so long at most. The caller tells an interrupt afterwards, or no later call would last. */
    public void park(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, nanos);
    }

    public final void closeChannel() throws IOException {
        channel.close();
    }

    public final void beginIf(boolean blocking) throws ClosedChannelException {
        if (blocking) {
            begin();
            requireOpen();
        }
    }

    public final void endIf(boolean blocking, boolean completed) throws AsynchronousCloseException {
        if (blocking) {
            end(completed);
        } else if (!completed && descriptor.isClosed()) {
            // The close overtook it and shut the socket down: no end and no error that it met is the peer's.
            throw new AsynchronousCloseException();
        }
    }
}
