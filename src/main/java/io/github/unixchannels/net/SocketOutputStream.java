// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.transfer.BufferOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes that a socket sends. */
final class SocketOutputStream extends BufferOutputStream {

    private final UnixSocket socket;
    private final Transport transport;

    SocketOutputStream(UnixSocket socket, Transport transport) {
        this.socket = socket;
        this.transport = transport;
    }

    @Override
    protected void write(ByteBuffer src) throws IOException {
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
