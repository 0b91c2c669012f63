// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.DatagramEndpoint;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;

/** A channel of UDP, over IPv4 or IPv6. What it does is said in {@link DatagramOperations}. It joins no multicast group. */
public final class UdpChannel extends DatagramChannel implements EpollChannel {

    private final DatagramEndpoint endpoint;
    private final DatagramReadiness readiness;
    private final DatagramOperations operations;

    public UdpChannel(SelectorProvider provider, DatagramEndpoint endpoint) {
        super(provider);
        this.endpoint = endpoint;
        OperationScope scope = new OperationScope(this, endpoint.descriptor()) {
            @Override
            protected void begin() {
                UdpChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                UdpChannel.this.end(completed);
            }
        };
        this.readiness = new DatagramReadiness(endpoint.descriptor());
        this.operations = new DatagramOperations(scope, endpoint, readiness);
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, endpoint.descriptor(), () -> "a datagram channel, UDP " + endpoint.describe());
        }
    }

    @Override
    public DatagramChannel bind(SocketAddress local) throws IOException {
        operations.bind(local);
        return this;
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        operations.connect(remote);
        return this;
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        operations.disconnect();
        return this;
    }

    @Override
    public SocketAddress receive(ByteBuffer dst) throws IOException {
        return operations.receive(dst);
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
    public int send(ByteBuffer src, SocketAddress target) throws IOException {
        return operations.send(src, target);
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
    public boolean isConnected() {
        return endpoint.isConnected() && isOpen();
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
    public <T> DatagramChannel setOption(SocketOption<T> name, T value) throws IOException {
        operations.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return operations.getOption(name);
    }

    @Override
    public DatagramSocket socket() {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface networkInterface) {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface networkInterface, InetAddress source) {
        throw new UnsupportedOperationException("Not supported");
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
        return DatagramChannel.class.getName() + "[" + (isOpen() ? endpoint.describe() : "closed") + "]";
    }
}
