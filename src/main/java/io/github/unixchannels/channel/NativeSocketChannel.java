// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.PassedDescriptors;
import io.github.unixchannels.PeerCheck;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.SocketScope;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.socket.Sockets;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.transfer.Buffers;
import io.github.unixchannels.transfer.MessageInput;
import io.github.unixchannels.transfer.MessageOutput;
import io.github.unixchannels.transfer.SocketInput;
import io.github.unixchannels.transfer.SocketOutput;
import io.github.unixchannels.transfer.StreamInput;
import io.github.unixchannels.transfer.StreamOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/** A socket channel of AF_UNIX: what it does is said in {@link ConnectionOperations}. */
public final class NativeSocketChannel extends UnixSocketChannel implements EpollChannel {

    private final SocketType type;
    private final Connection connection;
    private final ConnectionReadiness readiness;
    private final ConnectionOperations operations;

    // Made when first used, which most channels' are not. Two threads at once may make two, and both are as good.
    private MessageOperations messages;
    private MessageBatches batches;

    /** What takes the descriptors of plain reads and writes; null: nothing. Changed with the connection's lock. */
    private volatile NativePassedDescriptors passed;

    public NativeSocketChannel(SelectorProvider provider, SocketType type, Connection connection) {
        super(provider);
        this.type = type;
        this.connection = connection;
        OperationScope scope = new OperationScope(this, connection.descriptor()) {
            @Override
            protected void begin() {
                NativeSocketChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                NativeSocketChannel.this.end(completed);
            }
        };
        SocketInput input = input(type, connection);
        this.readiness = new ConnectionReadiness(connection, input);
        this.operations = new ConnectionOperations(scope, connection, input, output(type, connection), readiness);
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, connection.descriptor(), () -> "a socket channel, " + type + " " + connection.describe(true));
        }
    }

    private static SocketInput input(SocketType type, Connection connection) {
        return type == SocketType.STREAM ? new StreamInput(connection) : new MessageInput(connection);
    }

    private static SocketOutput output(SocketType type, Connection connection) {
        return type == SocketType.STREAM ? new StreamOutput(connection) : new MessageOutput(connection);
    }

    /** Opens an unconnected channel. */
    public static UnixSocketChannel open(SelectorProvider provider, Syscalls sys, FdOwnership fds, SocketType type) throws IOException {
        SocketDescriptor descriptor = Sockets.socket(sys, type);
        try {
            return new NativeSocketChannel(provider, type, new Connection(descriptor, fds));
        } catch (Throwable e) {
            descriptor.close();
            throw e;
        }
    }

    /** Opens two channels that are connected to each other. */
    public static Pair pair(SelectorProvider provider, Syscalls sys, FdOwnership fds, SocketType type) throws IOException {
        SocketDescriptor[] ends = Sockets.pair(sys, type);
        try {
            return new Pair(paired(provider, fds, type, ends[0]), paired(provider, fds, type, ends[1]));
        } catch (Throwable e) {
            ends[0].close();
            ends[1].close();
            throw e;
        }
    }

    private static NativeSocketChannel paired(SelectorProvider provider, FdOwnership fds, SocketType type, SocketDescriptor end) {
        return new NativeSocketChannel(provider, type, new Connection(end, fds, UnixAddresses.UNNAMED, UnixAddresses.UNNAMED));
    }

    private MessageOperations messages() {
        MessageOperations made = messages;
        return made != null ? made : (messages = operations.onMessages(type == SocketType.STREAM));
    }

    private MessageBatches batches() {
        MessageBatches made = batches;
        return made != null ? made : (batches = operations.onBatches());
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        NativePassedDescriptors descriptors = passed;
        if (descriptors != null) {
            Buffers.requireWritable(dst);
            return (int) descriptors.read(dst, null);
        }
        return (int) operations.read(Objects.requireNonNull(dst), null, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        NativePassedDescriptors descriptors = passed;
        if (descriptors != null) {
            ByteBuffer[] used = Arrays.copyOfRange(dsts, offset, offset + length);
            Buffers.requireWritable(used);
            return descriptors.read(null, used);
        }
        return operations.read(null, dsts, offset, length);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        NativePassedDescriptors descriptors = passed;
        if (descriptors != null && src.hasRemaining() && descriptors.isAttached()) {
            return (int) descriptors.write(src, null);
        }
        return (int) operations.write(Objects.requireNonNull(src), null, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        NativePassedDescriptors descriptors = passed;
        if (descriptors != null && descriptors.isAttached()) {
            ByteBuffer[] used = Arrays.copyOfRange(srcs, offset, offset + length);
            if (Arrays.stream(used).anyMatch(ByteBuffer::hasRemaining)) {
                return descriptors.write(null, used);
            }
        }
        return operations.write(null, srcs, offset, length);
    }

    @Override
    public int send(ByteBuffer src, AncillaryData beside) throws IOException {
        return (int) messages().send(src, null, NativeAncillaryData.require(beside));
    }

    @Override
    public long send(ByteBuffer[] srcs, AncillaryData beside) throws IOException {
        return messages().send(null, srcs, NativeAncillaryData.require(beside));
    }

    @Override
    public MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException {
        Buffers.requireWritable(dst);
        return messages().receive(dst, null, NativeAncillaryData.require(beside));
    }

    @Override
    public MessageInfo receive(ByteBuffer[] dsts, AncillaryData beside) throws IOException {
        Buffers.requireWritable(dsts);
        return messages().receive(null, dsts, NativeAncillaryData.require(beside));
    }

    @Override
    public int send(MessageBatch batch) throws IOException {
        return batches().send(NativeMessageBatch.require(batch));
    }

    @Override
    public int receive(MessageBatch batch) throws IOException {
        return batches().receive(NativeMessageBatch.require(batch));
    }

    @Override
    public PassedDescriptors passDescriptors(int limit) {
        if (type != SocketType.STREAM) {
            throw new UnsupportedOperationException("passDescriptors(" + this + "): on STREAM only");
        }
        if (limit < 0) {
            throw new IllegalArgumentException("limit is below 0: " + limit);
        }
        NativePassedDescriptors descriptors = new NativePassedDescriptors(this, messages(), limit);
        synchronized (connection) {
            if (passed != null) {
                throw new IllegalStateException("passDescriptors(" + this + "): the channel does so already");
            }
            passed = descriptors;
        }
        return descriptors;
    }

    /** Ends it, if it is that one's turn. */
    void passNoDescriptors(NativePassedDescriptors ended) {
        synchronized (connection) {
            if (passed == ended) {
                passed = null;
            }
        }
    }

    @Override
    public InputStream inputStream() {
        return new ChannelInputStream(this);
    }

    @Override
    public OutputStream outputStream() {
        return new ChannelOutputStream(this);
    }

    /** The operations that {@link java.net.Socket} has on this channel's socket. They and the channel's are used together. */
    public SocketOperations socketOperations() {
        return new SocketOperations(this, operations.in(new SocketScope(this, connection.descriptor())));
    }

    /** Has this closed once it is unreachable, unless that is done and reported in any case. */
    public void closeWhenUnreachable() {
        if (!ForgottenChannel.REPORTED) {
            connection.descriptor().closeWhenUnreachable(this);
        }
    }

    @Override
    public int nextMessageLength() throws IOException {
        return batches().nextLength();
    }

    @Override
    public int available() throws IOException {
        return operations.available();
    }

    @Override
    public UnixSocketChannel bind(SocketAddress local) throws IOException {
        operations.bind(local);
        return this;
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
    public UnixSocketChannel shutdownInput() throws IOException {
        operations.shutdownInput();
        return this;
    }

    @Override
    public UnixSocketChannel shutdownOutput() throws IOException {
        operations.shutdownOutput();
        return this;
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
        return operations.localAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return operations.remoteAddress();
    }

    @Override
    public boolean passes(PeerCheck check) throws IOException {
        return operations.passes(check);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return operations.supportedOptions();
    }

    @Override
    public <T> UnixSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
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
        return UnixSocketChannel.class.getName() + "[" + type + " " + connection.describe(isOpen()) + "]";
    }
}
