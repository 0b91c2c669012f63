// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A stream of what is read into buffers. One thread reads at a time, and holds no lock that a write needs. A reader that comes with the same
 * array again allocates nothing.
 */
public abstract class BufferInputStream extends InputStream {

    private static final int SKIP_BYTES = 8 << 10;

    // Of the thread that reads.
    private ByteBuffer buffer = ByteBuffer.allocate(0); // around the array of the last read
    private ByteBuffer one;
    private ByteBuffer skipped;

    /**
     * Waits until no other thread reads.
     *
     * @return how many milliseconds are left to read, as {@link #read(ByteBuffer, int)} takes it
     */
    protected abstract int beginRead() throws IOException;

    /** Lets the next thread read. */
    protected abstract void endRead();

    /**
     * Reads at least one byte into a buffer with room.
     *
     * @param timeoutMillis how long to wait at most; 0: without limit
     * @return how many bytes; -1 at the end of the stream
     */
    protected abstract int read(ByteBuffer dst, int timeoutMillis) throws IOException;

    @Override
    public final int read() throws IOException {
        int timeoutMillis = beginRead();
        try {
            if (one == null) {
                one = ByteBuffer.allocate(1);
            }
            return read(one.clear(), timeoutMillis) < 0 ? -1 : Byte.toUnsignedInt(one.get(0));
        } finally {
            endRead();
        }
    }

    @Override
    public final int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        int timeoutMillis = beginRead();
        try {
            if (buffer.array() != bytes) {
                buffer = ByteBuffer.wrap(bytes);
            }
            return read(buffer.limit(offset + length).position(offset), timeoutMillis);
        } finally {
            endRead();
        }
    }

    @Override
    public final long skip(long count) throws IOException {
        if (count <= 0) {
            return 0;
        }
        int timeoutMillis = beginRead();
        try {
            if (skipped == null) {
                skipped = ByteBuffer.allocateDirect(SKIP_BYTES);
            }
            long left = count;
            while (left > 0) {
                int n = read(skipped.clear().limit((int) Math.min(left, SKIP_BYTES)), timeoutMillis);
                if (n < 0) {
                    break;
                }
                left -= n;
            }
            return count - left;
        } finally {
            endRead();
        }
    }
}
