// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes that a channel reads. {@code Channels.newInputStream} holds {@code blockingLock()} during a read, so that a write by the stream
 * of the other direction waits for what the peer sends next; this stream holds a lock of its own.
 */
final class ChannelInputStream extends InputStream {

    private static final int SKIP_BYTES = 8 << 10;

    private final NativeSocketChannel channel;

    /** Guards the fields below and is held while the channel reads. Close does not take it. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Around the array of the last read: most readers come with the same array again. */
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    private ByteBuffer one;
    private ByteBuffer skipped;

    ChannelInputStream(NativeSocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read() throws IOException {
        lock.lock();
        try {
            if (one == null) {
                one = ByteBuffer.allocate(1);
            }
            return read(one.clear()) < 0 ? -1 : Byte.toUnsignedInt(one.get(0));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            if (buffer.array() != bytes) {
                buffer = ByteBuffer.wrap(bytes);
            }
            return read(buffer.limit(offset + length).position(offset));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long skip(long count) throws IOException {
        if (count <= 0) {
            return 0;
        }
        lock.lock();
        try {
            if (skipped == null) {
                skipped = ByteBuffer.allocateDirect(SKIP_BYTES);
            }
            long left = count;
            while (left > 0) {
                int n = read(skipped.clear().limit((int) Math.min(left, SKIP_BYTES)));
                if (n < 0) {
                    break;
                }
                left -= n;
            }
            return count - left;
        } finally {
            lock.unlock();
        }
    }

    /** Reads at least one byte; -1 at the end. A read of 0 bytes was an empty message, or the mode was changed. */
    private int read(ByteBuffer dst) throws IOException {
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
