// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;

/** Threads that each send one heap buffer and live on, and what the process holds for each of them. */
final class SendingThreads {

    private static final int FIRST = 100;
    private static final int BUFFER_BYTES = 8 << 10;
    private static final int SINK_BYTES = 256 << 10;

    private final SocketChannel from;
    private final CountDownLatch end = new CountDownLatch(1);

    /** Threads that send to one end of a connection, whose other is read by a thread of its own. */
    SendingThreads(SocketChannel from, SocketChannel to) {
        this.from = from;
        Thread reader = new Thread(() -> readAll(to));
        reader.setDaemon(true);
        reader.start();
    }

    private static void readAll(SocketChannel to) {
        ByteBuffer dst = ByteBuffer.allocateDirect(SINK_BYTES);
        try {
            while (to.read(dst) >= 0) {
                dst.clear();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts some threads that load and compile what the later ones need, then so many, and prints the growth for each. */
    void measure(int threads) throws Exception {
        start(FIRST);
        System.gc();
        IdleConnections.residentKibibytes(); // loads what it needs
        long before = IdleConnections.residentKibibytes();
        start(threads);
        System.gc();
        System.out.println("resident " + (double) (IdleConnections.residentKibibytes() - before) / threads);
        end.countDown();
    }

    private void start(int threads) throws InterruptedException {
        CountDownLatch sent = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> send(sent));
            thread.setDaemon(true);
            thread.start();
        }
        sent.await();
    }

    private void send(CountDownLatch sent) {
        try {
            ByteBuffer src = ByteBuffer.allocate(BUFFER_BYTES);
            while (src.hasRemaining()) {
                from.write(src);
            }
            sent.countDown();
            end.await();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
