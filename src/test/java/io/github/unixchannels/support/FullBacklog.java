// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.channel.NativeServerSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.socket.SocketType;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A listener whose backlog is full, and a channel that waits for room in it. */
public final class FullBacklog implements Closeable {

    private static final UnixSelectorProvider PROVIDER = UnixSelectorProvider.provider();

    private final SocketType type;
    private final FaultySyscalls calls;
    private final UnixServerSocketChannel server;
    private final List<UnixSocketChannel> channels = new ArrayList<>();
    private final UnixSocketChannel pending;

    public FullBacklog(SocketType type, FaultySyscalls calls) throws IOException {
        this.type = type;
        this.calls = calls;
        this.server = NativeServerSocketChannel.open(PROVIDER, calls.syscalls(), calls.fds(), type);
        server.bind(AbstractSocketAddress.AUTOBIND, 1);
        server.configureBlocking(false);
        UnixSocketChannel channel = openChannel();
        while (connect(channel)) {
            channel = openChannel();
        }
        this.pending = channel;
    }

    public UnixServerSocketChannel server() {
        return server;
    }

    /** The channel that waits, in non-blocking mode. */
    public UnixSocketChannel pending() {
        return pending;
    }

    /** The first channel that waits to be accepted. */
    public UnixSocketChannel first() {
        return channels.get(0);
    }

    /** An unconnected channel, in non-blocking mode. */
    public UnixSocketChannel openChannel() throws IOException {
        UnixSocketChannel channel = NativeSocketChannel.open(PROVIDER, calls.syscalls(), calls.fds(), type);
        channels.add(channel);
        channel.configureBlocking(false);
        return channel;
    }

    public boolean connect(UnixSocketChannel channel) throws IOException {
        return channel.connect(server.getLocalAddress());
    }

    /** Makes room for one. */
    public UnixSocketChannel accept() throws IOException {
        UnixSocketChannel accepted = server.accept();
        channels.add(accepted);
        return accepted;
    }

    @Override
    public void close() throws IOException {
        for (UnixSocketChannel channel : channels) {
            channel.close();
        }
        server.close();
    }
}
