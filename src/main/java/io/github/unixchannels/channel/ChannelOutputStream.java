// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** Writes bytes to a channel, and holds no lock that a read of the same channel holds: see {@link ChannelInputStream}. */
final class ChannelOutputStream extends OutputStream {

    private final NativeSocketChannel channel;

    /** Guards the fields below and is held while the channel writes. Close does not take it. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Around the array of the last write: most writers come with the same array again. */
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    private ByteBuffer one;

    ChannelOutputStream(NativeSocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(int value) throws IOException {
        lock.lock();
        try {
            if (one == null) {
                one = ByteBuffer.allocate(1);
            }
            write(one.clear().put(0, (byte) value));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return;
        }
        lock.lock();
        try {
            if (buffer.array() != bytes) {
                buffer = ByteBuffer.wrap(bytes);
            }
            write(buffer.limit(offset + length).position(offset));
        } finally {
            lock.unlock();
        }
    }

    /** Writes all bytes. A blocking write that wrote fewer found the connection failing, which the next one tells. */
    private void write(ByteBuffer src) throws IOException {
        do {
            if (!channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            channel.write(src);
        } while (src.hasRemaining());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
