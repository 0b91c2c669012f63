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

/**
 * A thread that connects a channel in blocking mode, so that an interrupt of the caller does not close the channel, and that the caller can
 * stop to wait. The caller closes the channel then, which ends the thread.
 */
final class ConnectingThread {

    private final SocketAddress remote;
    private final FutureTask<Boolean> task;

    ConnectingThread(SocketChannel channel, SocketAddress remote) {
        this.remote = remote;
        this.task = new FutureTask<>(() -> channel.connect(remote));
    }

    /** As {@link Transport#connect}. */
    void connect(int timeoutMillis) throws IOException {
        Thread thread = new Thread(null, task, "connect(" + remote + ")", 0, false);
        thread.setDaemon(true);
        thread.start();
        long deadline = Readiness.deadline(timeoutMillis);
        boolean interrupted = false;
        try {
            for (;;) {
                try {
                    if (timeoutMillis == 0) {
                        task.get();
                    } else {
                        task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    }
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (VirtualThreads.isCurrentVirtual()) {
                        throw new ClosedByInterruptException();
                    }
                }
            }
        } catch (TimeoutException e) {
            throw Failures.timedOut("connect", remote, timeoutMillis);
        } catch (ExecutionException e) {
            throw Failures.rethrown(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
