// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.transfer.BufferInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** The bytes that a socket receives. */
final class SocketInputStream extends BufferInputStream {

    private final UnixSocket socket;
    private final Transport transport;

    /** Guards the field below and is held during a read. Close and the output do not take it. */
    private final TurnLock lock = new TurnLock();

    private boolean ended;

    SocketInputStream(UnixSocket socket, Transport transport) {
        this.socket = socket;
        this.transport = transport;
    }

    @Override
    protected int beginRead() throws IOException {
        return lock.lock(socket.timeoutMillis(), "read", socket.getRemoteSocketAddress());
    }

    @Override
    protected void endRead() {
        lock.unlock();
    }

    @Override
    protected int read(ByteBuffer dst, int timeoutMillis) throws IOException {
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
