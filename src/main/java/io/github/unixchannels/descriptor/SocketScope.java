// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.VirtualThreads;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.concurrent.locks.LockSupport;

/**
 * The scope of operations that deal with interrupts as {@link java.net.Socket} does. An interrupt of a platform thread changes nothing, and
 * the interrupt status stays set. An interrupt of a virtual thread closes the channel if the thread has to wait.
 */
public final class SocketScope extends OperationScope {

    private final AbstractSelectableChannel channel;

    public SocketScope(AbstractSelectableChannel channel, Descriptor descriptor) {
        super(channel, descriptor);
        this.channel = channel;
    }

    @Override
    protected void begin() {
        // An interrupt before the operation closes nothing: the operation may not have to wait.
    }

    @Override
    protected void end(boolean completed) throws AsynchronousCloseException {
        if (!completed && !channel.isOpen()) {
            throw isInterruptOfVirtualThread() ? new ClosedByInterruptException() : new AsynchronousCloseException();
        }
    }

    @Override
    public void tellInterrupt() {
        if (isInterruptOfVirtualThread()) {
            try {
                closeChannel();
            } catch (IOException e) {
                // the descriptor is closed all the same, and the exception of the operation says why
            }
        }
    }

    private static boolean isInterruptOfVirtualThread() {
        return Thread.currentThread().isInterrupted() && VirtualThreads.isCurrentVirtual();
    }

    /** {@inheritDoc} A platform thread's interrupt status is put aside meanwhile: with the status set, no park lasts. */
    @Override
    public void park(Object blocker, long nanos) {
        boolean putAside = !VirtualThreads.isCurrentVirtual() && Thread.interrupted();
        try {
            LockSupport.parkNanos(blocker, nanos);
        } finally {
            if (putAside) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
