// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.Sockets;
import io.github.unixchannels.socket.TcpConnection;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A listening socket of TCP: what the channel does is said in {@link ServerOperations}. */
public final class TcpServerSocketChannel extends ServerSocketChannel implements EpollChannel {

    private final SocketDescriptor descriptor;
    private final SingleReadiness readiness;
    private final ServerOperations<SocketChannel> operations;

    /** A channel of a socket that is O_NONBLOCK, and may be bound and listening. */
    public TcpServerSocketChannel(
            SelectorProvider provider, SocketDescriptor descriptor, SocketFamily family, SocketAddress local, boolean listening) {
        super(provider);
        this.descriptor = descriptor;
        this.readiness = new SingleReadiness(descriptor, SelectionKey.OP_ACCEPT, Linux.POLLIN);
        OperationScope scope = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                TcpServerSocketChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                TcpServerSocketChannel.this.end(completed);
            }
        };
        this.operations = new ServerOperations<>(scope, descriptor, family, local, listening) {
            @Override
            SocketChannel accepted(SocketDescriptor connected, SocketAddress remote) throws SocketException {
                SocketAddress name = Sockets.localName(connected, family);
                return new TcpSocketChannel(provider, new TcpConnection(connected, family, name, remote));
            }
        };
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, descriptor, () -> "a server channel, TCP");
        }
    }

    @Override
    public ServerSocketChannel bind(SocketAddress address, int backlog) throws IOException {
        operations.bind(address, backlog);
        return this;
    }

    @Override
    public SocketChannel accept() throws IOException {
        return operations.accept();
    }

    @Override
    public ServerSocket socket() {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return operations.localAddress();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return operations.supportedOptions();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        operations.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return operations.getOption(name);
    }

    @Override
    protected void implCloseSelectableChannel() {
        descriptor.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // The mode is read anew by each accept.
    }

    @Override
    public Selectable selectable() {
        return readiness;
    }

    @Override
    public String toString() {
        return ServerSocketChannel.class.getName() + "[" + operations.describe(isOpen()) + "]";
    }
}
