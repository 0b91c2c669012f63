// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** A stream of what is written from buffers, with the rules of {@link BufferInputStream}. */
public abstract class BufferOutputStream extends OutputStream {

    /** Guards the fields below and is held during a write. Close does not take it. */
    private final ReentrantLock lock = new ReentrantLock();

    private ByteBuffer buffer = ByteBuffer.allocate(0); // around the array of the last write
    private ByteBuffer one;

    /** Writes all that remains in a buffer, which is not empty. */
    protected abstract void write(ByteBuffer src) throws IOException;

    @Override
    public final void write(int value) throws IOException {
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
    public final void write(byte[] bytes, int offset, int length) throws IOException {
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
}
