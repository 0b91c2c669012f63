// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The bytes that a socket receives. */
final class SocketInputStream extends InputStream {

    private static final int SKIP_BYTES = 8 << 10;

    private final UnixSocket socket;
    private final Transport transport;

    /** Guards the fields below and is held during a read. Close and the output do not take it. */
    private final TurnLock lock = new TurnLock();

    /** Around the array of the last read: most readers come with the same array again. */
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    private ByteBuffer one;
    private ByteBuffer skipped;
    private boolean ended;

    SocketInputStream(UnixSocket socket, Transport transport) {
        this.socket = socket;
        this.transport = transport;
    }

    @Override
    public int read() throws IOException {
        int timeoutMillis = lock();
        try {
            if (one == null) {
                one = ByteBuffer.allocate(1);
            }
            return read(one.clear(), timeoutMillis) < 0 ? -1 : Byte.toUnsignedInt(one.get(0));
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
        int timeoutMillis = lock();
        try {
            if (buffer.array() != bytes) {
                buffer = ByteBuffer.wrap(bytes);
            }
            return read(buffer.limit(offset + length).position(offset), timeoutMillis);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long skip(long count) throws IOException {
        if (count <= 0) {
            return 0;
        }
        int timeoutMillis = lock();
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
            lock.unlock();
        }
    }

    private int read(ByteBuffer dst, int timeoutMillis) throws IOException {
        if (ended || isShutdown()) {
            return -1; // if it has ended, also of a socket that was closed since, as the Java platform's
        }
        try {
            int n = transport.read(dst, timeoutMillis);
            ended = n < 0;
            return n;
        } catch (IOException e) {
            throw socket.failed(e);
        }
    }

    private boolean isShutdown() {
        return socket.isInputShutdown() && !socket.isClosed();
    }

    /** Takes the lock, and returns what is left of the timeout. */
    private int lock() throws SocketTimeoutException {
        return lock.lock(socket.timeoutMillis(), "read", socket.getRemoteSocketAddress());
    }

    @Override
    public int available() throws IOException {
        if (socket.isClosed()) {
            throw new SocketException("Socket closed");
        }
        if (!lock.tryLock()) {
            return 0; // a reader waits, or takes what there is
        }
        try {
            return ended || isShutdown() ? 0 : transport.available();
        } catch (IOException e) {
            throw socket.failed(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
