// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.sys.VirtualThreads;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A thread that connects a channel in blocking mode, so that an interrupt of the caller does not close the channel. */
final class ConnectingThread {

    /** For a thread that a close of its channel wakes. No more: a platform where the close does not must not hold up the caller. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SocketChannel channel;
    private final SocketAddress remote;
    private final FutureTask<Boolean> task;

    ConnectingThread(SocketChannel channel, SocketAddress remote) {
        this.channel = channel;
        this.remote = remote;
        this.task = new FutureTask<>(() -> channel.connect(remote));
    }

    /** As {@link Transport#connect}. Closes the channel if the caller stops to wait, which ends the thread. */
    void connect(int timeoutMillis) throws IOException {
        Thread thread = new Thread(null, task, "connect(" + remote + ")", 0, false);
        thread.setDaemon(true);
        thread.start();
        boolean virtual = VirtualThreads.isCurrentVirtual();
        try {
            if (await(timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis), virtual)) {
                return;
            }
        } catch (ExecutionException e) {
            throw Failures.rethrown(e.getCause());
        }
        channel.close();
        awaitEnd();
        throw virtual && Thread.currentThread().isInterrupted()
                ? new ClosedByInterruptException()
                : Failures.timedOut("connect", remote, timeoutMillis);
    }

    /** The thread gives the descriptor back. */
    private void awaitEnd() {
        try {
            await(END_NANOS, false);
        } catch (ExecutionException e) {
            // that the channel was closed
        }
    }

    /**
     * Waits until the task has ended. An interrupt stays set.
     *
     * @return false if the time is over, or the thread is interrupted and an interrupt ends the wait
     */
    private boolean await(long nanos, boolean interruptible) throws ExecutionException {
        long begin = System.nanoTime();
        boolean interrupted = false;
        try {
            for (;;) {
                try {
                    task.get(nanos - (System.nanoTime() - begin), TimeUnit.NANOSECONDS);
                    return true;
                } catch (TimeoutException e) {
                    return false;
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (interruptible) {
                        return false;
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
