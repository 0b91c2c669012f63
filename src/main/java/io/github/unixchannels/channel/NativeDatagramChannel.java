// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.PeerCheck;
import io.github.unixchannels.SocketFile;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Unreachable;
import io.github.unixchannels.file.BoundFile;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.socket.Sockets;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.transfer.Buffers;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;

/** A datagram channel of AF_UNIX: what it does is said in {@link DatagramOperations}. */
public final class NativeDatagramChannel extends UnixDatagramChannel implements EpollChannel {

    private final DatagramEndpoint endpoint;
    private final DatagramReadiness readiness;
    private final DatagramOperations operations;
    private final DatagramBatches batches;

    /** Null unless the channel owns the file that it is bound to. */
    private volatile BoundFile file;

    public NativeDatagramChannel(SelectorProvider provider, DatagramEndpoint endpoint) {
        super(provider);
        this.endpoint = endpoint;
        OperationScope scope = new OperationScope(this, endpoint.descriptor()) {
            @Override
            protected void begin() {
                NativeDatagramChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                NativeDatagramChannel.this.end(completed);
            }
        };
        this.readiness = new DatagramReadiness(endpoint.descriptor());
        this.operations = new DatagramOperations(scope, endpoint, readiness);
        this.batches = operations.onBatches();
        // Last: until there is a channel, the number is the caller's.
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, endpoint.descriptor(), () -> "a datagram channel, " + endpoint.describe());
        } else {
            endpoint.descriptor().closeWhenUnreachable(this);
        }
    }

    /** Opens a channel that is neither bound nor connected. */
    public static UnixDatagramChannel open(SelectorProvider provider, Syscalls sys, FdOwnership fds) throws IOException {
        SocketDescriptor descriptor = Sockets.datagramSocket(sys);
        try {
            return new NativeDatagramChannel(provider, new DatagramEndpoint(descriptor, SocketFamily.UNIX, fds, null, null));
        } catch (Throwable e) {
            descriptor.close();
            throw e;
        }
    }

    /** Opens two channels that are connected to each other. */
    public static Pair pair(SelectorProvider provider, Syscalls sys, FdOwnership fds) throws IOException {
        SocketDescriptor[] ends = Sockets.datagramPair(sys);
        try {
            return new Pair(paired(provider, fds, ends[0]), paired(provider, fds, ends[1]));
        } catch (Throwable e) {
            ends[0].close();
            ends[1].close();
            throw e;
        }
    }

    private static NativeDatagramChannel paired(SelectorProvider provider, FdOwnership fds, SocketDescriptor end) {
        return new NativeDatagramChannel(
                provider, new DatagramEndpoint(end, SocketFamily.UNIX, fds, UnixAddresses.UNNAMED, UnixAddresses.UNNAMED));
    }

    @Override
    public UnixDatagramChannel bind(SocketAddress local) throws IOException {
        operations.bind(local);
        return this;
    }

    @Override
    public UnixDatagramChannel bindFile(SocketFile request) throws IOException {
        Objects.requireNonNull(request);
        try {
            BoundFile bound = operations.bindFile(request);
            Unreachable.watch(this, bound);
            file = bound;
            if (!isOpen()) {
                bound.close(); // the close came before there was a file
            }
            return this;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public UnixDatagramChannel connect(SocketAddress remote) throws IOException {
        operations.connect(remote);
        return this;
    }

    @Override
    public UnixDatagramChannel disconnect() throws IOException {
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
    public int send(ByteBuffer src, AncillaryData beside) throws IOException {
        return (int) operations.send(src, null, null, false, NativeAncillaryData.require(beside));
    }

    @Override
    public long send(ByteBuffer[] srcs, AncillaryData beside) throws IOException {
        return operations.send(null, srcs, null, false, NativeAncillaryData.require(beside));
    }

    @Override
    public int send(ByteBuffer src, SocketAddress target, AncillaryData beside) throws IOException {
        return (int) operations.send(src, null, target, true, NativeAncillaryData.require(beside));
    }

    @Override
    public MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException {
        Buffers.requireWritable(dst);
        return operations.receive(dst, null, NativeAncillaryData.require(beside));
    }

    @Override
    public MessageInfo receive(ByteBuffer[] dsts, AncillaryData beside) throws IOException {
        Buffers.requireWritable(dsts);
        return operations.receive(null, dsts, NativeAncillaryData.require(beside));
    }

    @Override
    public MessageInfo receive(ByteBuffer dst, AncillaryData beside, PeerCheck check) throws IOException {
        Objects.requireNonNull(check);
        Buffers.requireWritable(dst);
        return operations.receive(dst, NativeAncillaryData.require(beside), check);
    }

    @Override
    public int send(MessageBatch batch) throws IOException {
        return batches.send(NativeMessageBatch.require(batch));
    }

    @Override
    public int nextMessageLength() throws IOException {
        return batches.nextLength();
    }

    @Override
    public int receive(MessageBatch batch) throws IOException {
        return batches.receive(NativeMessageBatch.require(batch));
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
    public <T> UnixDatagramChannel setOption(SocketOption<T> name, T value) throws IOException {
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
    protected void implCloseSelectableChannel() throws IOException {
        BoundFile owned = file;
        try {
            if (owned != null) {
                owned.close();
            }
        } finally {
            operations.close();
        }
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
        return UnixDatagramChannel.class.getName() + "[" + (isOpen() ? endpoint.describe() : "closed") + "]";
    }
}
