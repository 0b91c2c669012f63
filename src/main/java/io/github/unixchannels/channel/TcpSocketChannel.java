// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.TcpConnection;
import io.github.unixchannels.transfer.SocketInput;
import io.github.unixchannels.transfer.StreamInput;
import io.github.unixchannels.transfer.StreamOutput;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;

/** A socket channel of TCP, over IPv4 or IPv6: what it does is said in {@link ConnectionOperations}. */
public final class TcpSocketChannel extends SocketChannel implements EpollChannel {

    private final TcpConnection connection;
    private final ConnectionReadiness readiness;
    private final ConnectionOperations operations;

    public TcpSocketChannel(SelectorProvider provider, TcpConnection connection) {
        super(provider);
        this.connection = connection;
        OperationScope scope = new OperationScope(this, connection.descriptor()) {
            @Override
            protected void begin() {
                TcpSocketChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                TcpSocketChannel.this.end(completed);
            }
        };
        SocketInput input = new StreamInput(connection);
        this.readiness = new ConnectionReadiness(connection, input);
        this.operations = new ConnectionOperations(scope, connection, input, new StreamOutput(connection), readiness);
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, connection.descriptor(), () -> "a socket channel, TCP " + connection.describe(true));
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return (int) operations.read(Objects.requireNonNull(dst), null, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        return operations.read(null, dsts, offset, length);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return (int) operations.write(Objects.requireNonNull(src), null, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        return operations.write(null, srcs, offset, length);
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return operations.connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        return operations.finishConnect();
    }

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        operations.bind(local);
        return this;
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        operations.shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        operations.shutdownOutput();
        return this;
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
        return operations.localAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return operations.remoteAddress();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return operations.supportedOptions();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        operations.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return operations.getOption(name);
    }

    @Override
    protected void implCloseSelectableChannel() {
        operations.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // The mode is read anew by each operation, which tells the kernel in its own call.
    }

    @Override
    public Selectable selectable() {
        return readiness;
    }

    @Override
    public String toString() {
        return SocketChannel.class.getName() + "[" + connection.describe(isOpen()) + "]";
    }
}
