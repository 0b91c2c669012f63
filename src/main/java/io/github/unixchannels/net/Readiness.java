// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.sys.VirtualThreads;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Waiting until a non-blocking channel is ready for one kind of operation, by a selector that has this channel alone. The selector is
 * opened by the first wait: most connections wait in one direction, and one that never waits needs no further descriptor.
 */
final class Readiness implements Closeable {

    private static final Consumer<SelectionKey> NO_ACTION = key -> {};

    private final SelectableChannel channel;
    private final int operation;

    // Guarded by this, which no thread holds while it waits.
    private Selector selector;
    private boolean closed;

    private volatile boolean stopped;

    Readiness(SelectableChannel channel, int operation) {
        this.channel = channel;
        this.operation = operation;
    }

    /** When a wait that begins now is over: a value of {@link System#nanoTime}. */
    static long deadline(int timeoutMillis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /**
     * Waits until the channel may be ready, or {@link #stop}. One thread at a time.
     *
     * @param timeoutMillis 0: without limit; otherwise {@code deadline} counts
     * @param operation what waits, for the message
     * @param address on which address
     * @throws java.net.SocketTimeoutException after the deadline
     * @throws AsynchronousCloseException if the channel is closed
     * @throws ClosedByInterruptException if this is a virtual thread and interrupted: the channel is as it was
     */
    void await(int timeoutMillis, long deadline, String operation, SocketAddress address) throws IOException {
        Selector opened = opened();
        boolean interrupted = false;
        try {
            while (!stopped) {
                long left = timeoutMillis == 0 ? 0 : millisUntil(deadline);
                if (left < 0) {
                    throw Failures.timedOut(operation, address, timeoutMillis);
                }
                if (opened.select(NO_ACTION, left) > 0) {
                    return;
                }
                if (!channel.isOpen()) {
                    throw new AsynchronousCloseException();
                }
                if (VirtualThreads.isCurrentVirtual()) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new ClosedByInterruptException();
                    }
                } else if (Thread.interrupted()) {
                    interrupted = true; // a selector returns at once while it is set
                }
            }
        } catch (ClosedSelectorException e) {
            throw new AsynchronousCloseException();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** At least 1, or -1 if it is over. */
    private static long millisUntil(long deadline) {
        long left = deadline - System.nanoTime();
        return left <= 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(left + 999_999);
    }

    private synchronized Selector opened() throws IOException {
        if (closed) {
            throw new AsynchronousCloseException();
        }
        if (selector == null) {
            Selector opened = channel.provider().openSelector();
            try {
                channel.register(opened, operation);
            } catch (Throwable e) {
                opened.close();
                throw e;
            }
            selector = opened;
        }
        return selector;
    }

    /**
     * Ends the wait in progress and those to come: what waits tries again, and the channel tells why. A poll(2) of a Unix socket whose output
     * was shut down by its owner tells nothing (unix_poll).
     */
    void stop() {
        Selector opened;
        synchronized (this) {
            stopped = true;
            opened = selector;
        }
        if (opened != null) {
            opened.wakeup();
        }
    }

    /** Ends a wait, and lets the channel's descriptor go, once the channel is closed. */
    @Override
    public void close() throws IOException {
        Selector opened;
        synchronized (this) {
            closed = true;
            opened = selector;
        }
        if (opened != null) {
            opened.close();
        }
    }
}
