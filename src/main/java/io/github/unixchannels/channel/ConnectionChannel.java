// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.socket.EndpointOptions;
import io.github.unixchannels.socket.SocketOptions;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.socket.Sockets;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A channel on a {@link Connection}: all of it that never waits, which is its names, options, half-close and end. */
abstract class ConnectionChannel extends UnixSocketChannel implements EpollChannel {

    static final int BOTH_SIDES = Descriptor.READING | Descriptor.WRITING;

    private final SocketType type;
    private final Connection connection;
    private final SocketDescriptor descriptor;
    private final Selectable selectable;
    private final OperationScope frame;

    ConnectionChannel(SelectorProvider provider, SocketType type, Connection connection, Selectable selectable) {
        super(provider);
        this.type = type;
        this.connection = connection;
        this.descriptor = connection.descriptor();
        this.selectable = selectable;
        this.frame = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                ConnectionChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                ConnectionChannel.this.end(completed);
            }
        };
    }

    @Override
    public UnixSocketChannel bind(SocketAddress local) throws IOException {
        frame.enter(BOTH_SIDES);
        try {
            if (connection.isPending()) {
                throw new ConnectionPendingException();
            }
            if (connection.local() != null) {
                throw new AlreadyBoundException();
            }
            SocketAddress address = local == null ? UnixAddresses.UNNAMED : UnixAddresses.requireUnix(local);
            connection.local(UnixAddresses.isUnnamed(address) ? UnixAddresses.UNNAMED : Sockets.bind(descriptor, connection.family(), address));
            return this;
        } finally {
            frame.leave(BOTH_SIDES);
        }
    }

    @Override
    public UnixProtocolFamily family() {
        return type.family();
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    public boolean isConnected() {
        return connection.isConnected() && isOpen();
    }

    @Override
    public boolean isConnectionPending() {
        return connection.isPending() && isOpen();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        frame.enter(Descriptor.USING);
        try {
            return connection.localNow();
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    public SocketAddress getRemoteAddress() throws ClosedChannelException {
        frame.requireOpen();
        return connection.remote();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return EndpointOptions.ofConnections(connection.family());
    }

    @Override
    public <T> UnixSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        SocketOptions.requireSupported(EndpointOptions.ofConnections(connection.family()), name);
        SocketOptions.requireValue(name, value);
        frame.enter(Descriptor.USING);
        try {
            EndpointOptions.set(connection, name, value);
            return this;
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptions.requireSupported(EndpointOptions.ofConnections(connection.family()), name);
        frame.enter(Descriptor.USING);
        try {
            return name.type().cast(EndpointOptions.get(connection, name));
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    protected void implCloseSelectableChannel() {
        descriptor.close();
        connection.stopWaiting();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // The mode is read anew by each operation, which tells the kernel in its own call.
    }

    @Override
    public Selectable selectable() {
        return selectable;
    }

    @Override
    public String toString() {
        return UnixSocketChannel.class.getName() + "[" + type + " " + connection.describe(isOpen()) + "]";
    }

    final OperationScope frame() {
        return frame;
    }
}
