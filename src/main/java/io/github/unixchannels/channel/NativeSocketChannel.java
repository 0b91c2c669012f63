// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.UnixAddresses;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/**
 * A socket channel on a descriptor of its own: here, the operations that may wait, with NIO's order of checks, and which may run beside
 * which. What a read, a write and a connect really do is said in {@link SocketInput}, {@link SocketOutput} and {@link Connection}.
 */
public final class NativeSocketChannel extends ConnectionChannel {

    /** What a send returns that sent nothing, for 0 is an empty message. */
    private static final int NOTHING_SENT = -1;

    private final Connection connection;
    private final SocketDescriptor descriptor;
    private final SocketInput input;
    private final SocketOutput output;
    private final HeldOutput held;

    NativeSocketChannel(SelectorProvider provider, SocketType type, Connection connection) {
        this(provider, type, connection, type.input(connection));
    }

    private NativeSocketChannel(SelectorProvider provider, SocketType type, Connection connection, SocketInput input) {
        this(provider, type, connection, input, new ConnectionReadiness(connection, input));
    }

    private NativeSocketChannel(
            SelectorProvider provider, SocketType type, Connection connection, SocketInput input, ConnectionReadiness readiness) {
        super(provider, type, connection, readiness);
        this.connection = connection;
        this.descriptor = connection.descriptor();
        this.input = input;
        this.output = type.output(connection);
        this.held = readiness.heldOutput();
    }

    /** Opens an unconnected channel. */
    public static NativeSocketChannel open(SelectorProvider provider, Syscalls sys, FdOwnership fds, SocketType type) throws IOException {
        return new NativeSocketChannel(provider, type, new Connection(SocketFactory.socket(sys, type), fds));
    }

    /** Opens two channels that are connected to each other. */
    public static Pair pair(SelectorProvider provider, Syscalls sys, FdOwnership fds, SocketType type) throws IOException {
        SocketDescriptor[] ends = SocketFactory.pair(sys, type);
        return new Pair(paired(provider, fds, type, ends[0]), paired(provider, fds, type, ends[1]));
    }

    private static NativeSocketChannel paired(SelectorProvider provider, FdOwnership fds, SocketType type, SocketDescriptor end) {
        return new NativeSocketChannel(provider, type, new Connection(end, fds, UnixAddresses.UNNAMED, UnixAddresses.UNNAMED));
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        Objects.requireNonNull(dst);
        enter(Descriptor.READING);
        try {
            requireConnected();
            boolean blocking = isBlocking();
            int n = 0;
            try {
                beginIf(blocking);
                n = connection.isInputShutdown() ? SocketInput.END : transfer(dst, blocking);
            } finally {
                endIf(blocking, n > 0);
            }
            return (int) readResult(n);
        } finally {
            descriptor.leave(Descriptor.READING);
        }
    }

    private int transfer(ByteBuffer dst, boolean blocking) throws IOException {
        Buffers.requireUsable(dst);
        if (!dst.hasRemaining()) {
            input.requireNotReset("read");
            return 0;
        }
        return blocking ? input.readWaiting(dst) : input.read(dst, Linux.MSG_DONTWAIT);
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        enter(Descriptor.READING);
        try {
            requireConnected();
            boolean blocking = isBlocking();
            long n = 0;
            try {
                beginIf(blocking);
                n = connection.isInputShutdown() ? SocketInput.END : transfer(dsts, offset, length, blocking);
            } finally {
                endIf(blocking, n > 0);
            }
            return readResult(n);
        } finally {
            descriptor.leave(Descriptor.READING);
        }
    }

    private long transfer(ByteBuffer[] dsts, int offset, int length, boolean blocking) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            Buffers.requireUsable(dsts[i]);
        }
        if (Buffers.remaining(dsts, offset, length) == 0) {
            input.requireNotReset("read");
            return 0;
        }
        return blocking ? input.readWaiting(dsts, offset, length) : input.read(dsts, offset, length, Linux.MSG_DONTWAIT);
    }

    private long readResult(long n) {
        if (n > 0) {
            if (input.hasKept()) {
                selectable().registrations().channelChanged();
            }
            return n;
        }
        if (connection.isInputShutdown()) {
            return SocketInput.END;
        }
        return n == SocketInput.UNAVAILABLE ? 0 : n;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        Objects.requireNonNull(src);
        enter(Descriptor.WRITING);
        try {
            requireConnected();
            boolean blocking = isBlocking();
            long n = 0;
            try {
                beginIf(blocking);
                requireOutputOpen();
                if (src.hasRemaining()) {
                    n = blocking ? output.writeWaiting(src) : output.write(src, Linux.MSG_DONTWAIT);
                }
            } finally {
                endIf(blocking, n > 0);
            }
            return (int) writeResult("write", n);
        } finally {
            descriptor.leave(Descriptor.WRITING);
        }
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        enter(Descriptor.WRITING);
        try {
            requireConnected();
            boolean blocking = isBlocking();
            long n = 0;
            try {
                beginIf(blocking);
                requireOutputOpen();
                if (Buffers.remaining(srcs, offset, length) > 0) {
                    n = blocking
                            ? output.writeWaiting(srcs, offset, length)
                            : output.write(srcs, offset, length, Linux.MSG_DONTWAIT);
                }
            } finally {
                endIf(blocking, n > 0);
            }
            return writeResult("write", n);
        } finally {
            descriptor.leave(Descriptor.WRITING);
        }
    }

    private long writeResult(String operation, long n) throws IOException {
        if (n >= 0 || n == -Errno.EAGAIN) {
            return Math.max(0, n);
        }
        if (n == -Errno.EPIPE && connection.isOutputShutdown()) {
            throw new AsynchronousCloseException(); // by shutdownOutput, while this write waited
        }
        throw ErrnoExceptions.io(operation, connection, n);
    }

    @Override
    public int send(ByteBuffer src, AncillaryData beside) throws IOException {
        Objects.requireNonNull(src);
        return (int) send(src, null, NativeAncillaryData.require(beside));
    }

    @Override
    public long send(ByteBuffer[] srcs, AncillaryData beside) throws IOException {
        Buffers.requireNonNull(srcs);
        return send(null, srcs, NativeAncillaryData.require(beside));
    }

    private long send(ByteBuffer src, ByteBuffer[] srcs, NativeAncillaryData control) throws IOException {
        enter(Descriptor.WRITING);
        try {
            requireConnected();
            boolean blocking = isBlocking();
            long n = -Errno.EAGAIN;
            try {
                beginIf(blocking);
                requireOutputOpen();
                requireCarried(src != null ? src.remaining() : Buffers.remaining(srcs, 0, srcs.length), control);
                n = src != null ? output.send(src, control, blocking) : output.send(srcs, control, blocking);
            } finally {
                endIf(blocking, n >= 0);
            }
            return sendResult(n);
        } finally {
            descriptor.leave(Descriptor.WRITING);
        }
    }

    private void requireCarried(long bytes, NativeAncillaryData control) {
        if (bytes == 0 && family() == UnixProtocolFamily.STREAM && control.isToBeSent()) {
            throw new IllegalArgumentException(
                    "send(" + connection + "): on STREAM descriptors and credentials need at least one byte to ride on");
        }
    }

    private long sendResult(long n) throws IOException {
        if (n >= 0) {
            held.accepted();
            return n;
        }
        if (n == -Errno.ETOOMANYREFS) {
            held.refused();
        }
        return n == -Errno.EAGAIN || n == -Errno.ETOOMANYREFS ? NOTHING_SENT : writeResult("send", n);
    }

    @Override
    public MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException {
        Buffers.requireWritable(dst);
        return receive(dst, null, NativeAncillaryData.require(beside));
    }

    @Override
    public MessageInfo receive(ByteBuffer[] dsts, AncillaryData beside) throws IOException {
        Buffers.requireWritable(dsts);
        return receive(null, dsts, NativeAncillaryData.require(beside));
    }

    private MessageInfo receive(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control) throws IOException {
        enter(Descriptor.READING);
        try {
            requireConnected();
            boolean blocking = isBlocking();
            MessageInfo info = null;
            try {
                beginIf(blocking);
                if (connection.isInputShutdown()) {
                    control.discard();
                    info = control.end(connection.remote());
                } else {
                    Buffers.requireAccessible(dst, dsts);
                    info = blocking ? input.receiveWaiting(dst, dsts, control) : input.receive(dst, dsts, control, Linux.MSG_DONTWAIT);
                }
            } finally {
                endIf(blocking, info != null && !info.isEnd());
            }
            return info;
        } finally {
            descriptor.leave(Descriptor.READING);
        }
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        SocketAddress target = UnixAddresses.requireTarget(remote);
        try {
            enter(BOTH_SIDES);
            try {
                boolean blocking = isBlocking();
                boolean connected = false;
                try {
                    beginIf(blocking);
                    connected = establish(connection.begin(target), blocking);
                } finally {
                    endIf(blocking, connected);
                }
                return connected;
            } finally {
                descriptor.leave(BOTH_SIDES);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        try {
            enter(BOTH_SIDES);
            try {
                if (connection.isConnected()) {
                    return true;
                }
                boolean blocking = isBlocking();
                boolean connected = false;
                try {
                    beginIf(blocking);
                    if (!connection.isPending()) {
                        throw new NoConnectionPendingException();
                    }
                    connected = establish(connection.attempt(), blocking);
                } finally {
                    endIf(blocking, connected);
                }
                return connected;
            } finally {
                descriptor.leave(BOTH_SIDES);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** From the result of an attempt to the result of a connect, by further attempts if this one may wait. */
    private boolean establish(int first, boolean blocking) throws IOException {
        int result = first;
        Backoff backoff = new Backoff();
        while (result == -Errno.EAGAIN && blocking) {
            connection.pause(backoff);
            requireOpen();
            result = connection.attempt();
        }
        if (result == -Errno.EAGAIN) {
            return false;
        }
        if (result < 0) {
            throw ErrnoExceptions.connect(UnixAddresses.describe(connection.remote()), result);
        }
        connection.established();
        selectable().registrations().channelChanged();
        return true;
    }

    private void beginIf(boolean blocking) throws ClosedChannelException {
        if (blocking) {
            begin();
            requireOpen();
        }
    }

    private void endIf(boolean blocking, boolean completed) throws AsynchronousCloseException {
        if (blocking) {
            end(completed);
        } else if (!completed && descriptor.isClosed()) {
            // The close overtook it and shut the socket down: no end and no error that it met is the peer's.
            throw new AsynchronousCloseException();
        }
    }
}
