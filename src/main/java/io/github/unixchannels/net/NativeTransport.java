// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.channel.SocketOperations;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** On a channel of this library, which is in blocking mode and has operations of the kind. */
final class NativeTransport implements Transport {

    private final NativeSocketChannel channel;
    private final SocketOperations operations;

    private NativeTransport(NativeSocketChannel channel) {
        this.channel = channel;
        this.operations = channel.socketOperations();
    }

    /** Returns null for a channel of another library. */
    static NativeTransport on(SocketChannel channel) throws IOException {
        if (!(channel instanceof NativeSocketChannel ours)) {
            return null;
        }
        ours.configureBlocking(true);
        ours.closeWhenUnreachable();
        return new NativeTransport(ours);
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    @Override
    public void connect(SocketAddress remote, int timeoutMillis) throws IOException {
        operations.connect(remote, TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    }

    @Override
    public int read(ByteBuffer dst, int timeoutMillis) throws IOException {
        return operations.read(dst, TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
        operations.write(src, 0);
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public int available() throws IOException {
        return operations.available();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
