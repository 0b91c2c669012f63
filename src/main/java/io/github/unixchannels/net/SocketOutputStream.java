// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** The bytes that a socket sends. */
final class SocketOutputStream extends OutputStream {

    private final UnixSocket socket;
    private final Transport transport;

    /** Guards the fields below and is held during a write. Close and the input do not take it. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Around the array of the last write: most writers come with the same array again. */
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    private ByteBuffer one;

    SocketOutputStream(UnixSocket socket, Transport transport) {
        this.socket = socket;
        this.transport = transport;
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

    private void write(ByteBuffer src) throws IOException {
        try {
            transport.write(src);
        } catch (IOException e) {
            throw socket.failed(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
