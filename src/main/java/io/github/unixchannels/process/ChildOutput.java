// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a child writes to one of its standard streams. Once the child has ended, what is left in the pipe is taken out of the pipe, so that
 * a program that never looks at the stream leaves no descriptor open.
 */
final class ChildOutput extends InputStream {

    private static final int PIPE_BYTES = 64 << 10;

    // Held by a reader, while it waits too.
    private final ReentrantLock reading = new ReentrantLock();

    private final Pipe.SourceChannel source;

    /** What was left when the child ended; null before that. Guarded by {@link #reading}. */
    private ByteBuffer left;

    ChildOutput(Pipe.SourceChannel source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int n = read(one, 0, 1);
        return n < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer dst = ByteBuffer.wrap(bytes, offset, length);
        if (length == 0) {
            return 0;
        }
        reading.lock();
        try {
            if (left != null) {
                return take(dst);
            }
            int n = source.read(dst);
            if (n < 0) {
                source.close(); // nothing can come any more
                left = ByteBuffer.allocate(0);
            }
            return n;
        } catch (ClosedChannelException e) {
            throw new IOException("Stream closed", e);
        } finally {
            reading.unlock();
        }
    }

    private int take(ByteBuffer dst) {
        if (!left.hasRemaining()) {
            return -1;
        }
        int n = Math.min(dst.remaining(), left.remaining());
        dst.put(left.slice(left.position(), n));
        left.position(left.position() + n);
        return n;
    }

    @Override
    public int available() {
        if (!reading.tryLock()) {
            return 0;
        }
        try {
            return left == null ? 0 : left.remaining();
        } finally {
            reading.unlock();
        }
    }

    /** Takes what is left, unless a reader waits: that one meets the end itself. A grandchild that still has the pipe loses its reader. */
    void processEnded() {
        if (!reading.tryLock()) {
            return;
        }
        try {
            if (left == null && source.isOpen()) {
                left = drain();
                source.close();
            }
        } catch (IOException e) {
            left = ByteBuffer.allocate(0);
        } finally {
            reading.unlock();
        }
    }

    private ByteBuffer drain() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(PIPE_BYTES);
        source.configureBlocking(false);
        while (bytes.size() < PIPE_BYTES && source.read(part.clear()) > 0) {
            bytes.write(part.array(), 0, part.position());
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** Of a child that was not started. */
    void abandon() {
        try {
            source.close();
        } catch (IOException e) {
            // Nobody reads from it.
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
