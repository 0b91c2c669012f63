// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** On a channel of any library. The channel is non-blocking while this has it, and each direction waits in a selector of its own. */
final class SelectorTransport implements Transport {

    private static final int AHEAD_BYTES = 8 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final Readiness input;
    private final Readiness output;

    /** What {@link #available} has read, of which the next reads take. Of the reading side. */
    private ByteBuffer ahead = NOTHING;

    /** The channel is in no operation and in no selector. */
    SelectorTransport(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.input = new Readiness(channel, SelectionKey.OP_READ);
        this.output = new Readiness(channel, SelectionKey.OP_WRITE);
        channel.configureBlocking(false);
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    /** A non-blocking connect of the Java platform's channel fails if the backlog is full, and a blocking one may be interrupted. */
    @Override
    public void connect(SocketAddress remote, int timeoutMillis) throws IOException {
        channel.configureBlocking(true);
        new ConnectingThread(channel, remote).connect(timeoutMillis);
        channel.configureBlocking(false);
    }

    @Override
    public int read(ByteBuffer dst, int timeoutMillis) throws IOException {
        requireNonBlocking();
        if (ahead.hasRemaining()) {
            return readAhead(dst);
        }
        int n = channel.read(dst);
        if (n != 0) {
            return n;
        }
        long deadline = Readiness.deadline(timeoutMillis);
        do {
            input.await(timeoutMillis, deadline, "read", channel.getRemoteAddress());
            n = channel.read(dst); // 0 for an empty message of SEQPACKET
        } while (n == 0);
        return n;
    }

    private void requireNonBlocking() {
        if (channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    private int readAhead(ByteBuffer dst) {
        int n = Math.min(ahead.remaining(), dst.remaining());
        dst.put(ahead.array(), ahead.position(), n);
        ahead.position(ahead.position() + n);
        return n;
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
        requireNonBlocking();
        channel.write(src);
        while (src.hasRemaining()) {
            output.await(0, 0, "write", null);
            channel.write(src);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
        output.stop();
    }

    /** A channel does not tell what is queued: what is there is read, as much as the next read may take from memory. */
    @Override
    public int available() throws IOException {
        if (!ahead.hasRemaining()) {
            requireNonBlocking();
            if (ahead == NOTHING) {
                ahead = ByteBuffer.allocate(AHEAD_BYTES).limit(0);
            }
            ahead.clear();
            try {
                channel.read(ahead);
            } finally {
                ahead.flip();
            }
        }
        return ahead.remaining();
    }

    @Override
    public void close() throws IOException {
        try (input; output) {
            channel.close();
        }
    }
}
