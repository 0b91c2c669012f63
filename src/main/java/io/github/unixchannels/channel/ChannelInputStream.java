// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.transfer.BufferInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes that a channel reads. {@code Channels.newInputStream} holds {@code blockingLock()} during a read, so that a write by the stream
 * of the other direction waits for what the peer sends next; this stream holds a lock of its own.
 */
final class ChannelInputStream extends BufferInputStream {

    private final NativeSocketChannel channel;

    /** Held while the channel reads. Close does not take it. */
    private final ReentrantLock lock = new ReentrantLock();

    ChannelInputStream(NativeSocketChannel channel) {
        this.channel = channel;
    }

    @Override
    protected int beginRead() {
        lock.lock();
        return 0;
    }

    @Override
    protected void endRead() {
        lock.unlock();
    }

    /** {@inheritDoc} The timeout is the channel's. A read of 0 bytes was an empty message, or the mode was changed. */
    @Override
    protected int read(ByteBuffer dst, int timeoutMillis) throws IOException {
        int n;
        do {
            if (!channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            n = channel.read(dst);
        } while (n == 0);
        return n;
    }

    @Override
    public int available() throws IOException {
        return channel.available();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
