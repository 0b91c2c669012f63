// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.socket.Sockets;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.transfer.Buffers;
import io.github.unixchannels.transfer.DatagramInput;
import io.github.unixchannels.transfer.MessageOutput;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/**
 * A datagram channel on a descriptor of its own: here, the operations that may wait, with NIO's order of checks. What receiving and sending
 * really do is said in {@link DatagramInput} and {@link MessageOutput}.
 */
public final class NativeDatagramChannel extends DatagramEndpointChannel {

    /** What a send returns that sent nothing, for 0 is an empty datagram. */
    private static final int NOTHING_SENT = -1;

    private final DatagramEndpoint association;
    private final OperationScope frame;
    private final DatagramInput input;
    private final MessageOutput output;
    private final DatagramResults results;
    private final DatagramBatches batches;

    public NativeDatagramChannel(SelectorProvider provider, DatagramEndpoint association) {
        this(provider, association, new DatagramReadiness(association.descriptor()));
    }

    private NativeDatagramChannel(SelectorProvider provider, DatagramEndpoint association, DatagramReadiness readiness) {
        super(provider, association, readiness);
        this.association = association;
        this.frame = frame();
        this.input = new DatagramInput(association);
        this.output = new MessageOutput(frame, association);
        this.results = new DatagramResults(association, readiness);
        this.batches = new DatagramBatches(frame, association, input, output, results);
        // Last: until there is a channel, the number is the caller's.
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, association.descriptor(), () -> "a datagram channel, " + association.describe());
        } else {
            association.descriptor().closeWhenUnreachable(this);
        }
    }

    /** Opens a channel that is neither bound nor connected. */
    public static UnixDatagramChannel open(SelectorProvider provider, Syscalls sys, FdOwnership fds) throws IOException {
        SocketDescriptor descriptor = Sockets.datagramSocket(sys);
        try {
            return new NativeDatagramChannel(provider, new DatagramEndpoint(descriptor, fds, null, null));
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
        return new NativeDatagramChannel(provider, new DatagramEndpoint(end, fds, UnixAddresses.UNNAMED, UnixAddresses.UNNAMED));
    }

    @Override
    public SocketAddress receive(ByteBuffer dst) throws IOException {
        Buffers.requireWritable(dst);
        frame.enter(Descriptor.READING);
        try {
            input.buffers().set(dst);
            boolean blocking = isBlocking();
            SocketAddress sender = null;
            try {
                frame.beginIf(blocking);
                association.bindToReceive();
                input.buffers().requireUsable();
                sender = input.receive(true, blocking) == DatagramInput.UNAVAILABLE ? null : input.sender();
            } finally {
                frame.endIf(blocking, sender != null);
            }
            return sender;
        } finally {
            input.buffers().clear();
            frame.leave(Descriptor.READING);
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        Objects.requireNonNull(dst);
        frame.enter(Descriptor.READING);
        try {
            input.buffers().set(dst);
            return (int) read();
        } finally {
            input.buffers().clear();
            frame.leave(Descriptor.READING);
        }
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        frame.enter(Descriptor.READING);
        try {
            input.buffers().set(dsts, offset, length);
            return read();
        } finally {
            input.buffers().clear();
            frame.leave(Descriptor.READING);
        }
    }

    private long read() throws IOException {
        requireConnected();
        boolean blocking = isBlocking();
        long n = DatagramInput.UNAVAILABLE;
        try {
            frame.beginIf(blocking);
            input.buffers().requireUsable();
            n = input.buffers().remaining() > 0 ? input.receive(false, blocking) : 0;
        } finally {
            frame.endIf(blocking, n >= 0);
        }
        return Math.max(0, n);
    }

    @Override
    public int send(ByteBuffer src, SocketAddress target) throws IOException {
        Objects.requireNonNull(src);
        SocketAddress to = UnixAddresses.requireTarget(target);
        frame.enter(Descriptor.WRITING);
        try {
            SocketAddress peer = association.remote();
            if (peer != null && !peer.equals(to)) {
                throw new AlreadyConnectedException();
            }
            output.buffers().set(src);
            boolean blocking = isBlocking();
            long n = -Errno.EAGAIN;
            try {
                frame.beginIf(blocking);
                association.bindToSend();
                n = output.send(null, peer == null ? to : null, blocking);
            } finally {
                frame.endIf(blocking, n >= 0);
            }
            return (int) results.sent(n, peer == null ? to : null, 0);
        } finally {
            output.buffers().clear();
            frame.leave(Descriptor.WRITING);
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        Objects.requireNonNull(src);
        frame.enter(Descriptor.WRITING);
        try {
            output.buffers().set(src);
            return (int) write();
        } finally {
            output.buffers().clear();
            frame.leave(Descriptor.WRITING);
        }
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        frame.enter(Descriptor.WRITING);
        try {
            output.buffers().set(srcs, offset, length);
            return write();
        } finally {
            output.buffers().clear();
            frame.leave(Descriptor.WRITING);
        }
    }

    private long write() throws IOException {
        requireConnected();
        boolean blocking = isBlocking();
        long n = -Errno.EAGAIN;
        try {
            frame.beginIf(blocking);
            output.buffers().requireNonNull();
            n = output.buffers().remaining() > 0 ? output.send(null, null, blocking) : 0;
        } finally {
            frame.endIf(blocking, n >= 0);
        }
        return results.written(n);
    }

    @Override
    public int send(ByteBuffer src, AncillaryData beside) throws IOException {
        return (int) send(src, null, null, false, NativeAncillaryData.require(beside));
    }

    @Override
    public long send(ByteBuffer[] srcs, AncillaryData beside) throws IOException {
        return send(null, srcs, null, false, NativeAncillaryData.require(beside));
    }

    @Override
    public int send(ByteBuffer src, SocketAddress target, AncillaryData beside) throws IOException {
        return (int) send(src, null, target, true, NativeAncillaryData.require(beside));
    }

    private long send(ByteBuffer src, ByteBuffer[] srcs, SocketAddress target, boolean targeted, NativeAncillaryData control)
            throws IOException {
        long n = 0;
        control.beginUse();
        try {
            Buffers.requireSource(src, srcs);
            n = sendInUse(src, srcs, targeted ? UnixAddresses.requireTarget(target) : null, control);
            return n;
        } finally {
            control.endSend(n == NOTHING_SENT);
        }
    }

    private long sendInUse(ByteBuffer src, ByteBuffer[] srcs, SocketAddress target, NativeAncillaryData control) throws IOException {
        frame.enter(Descriptor.WRITING);
        try {
            output.buffers().set(src, srcs);
            SocketAddress peer = association.remote();
            if (target == null) {
                requireConnected();
            } else if (peer != null && !peer.equals(target)) {
                throw new AlreadyConnectedException();
            }
            control.beginSend(association.descriptor(), peer == null ? target : peer);
            boolean blocking = isBlocking();
            SocketAddress to = peer == null ? target : null;
            long n = -Errno.EAGAIN;
            try {
                frame.beginIf(blocking);
                association.bindToSend();
                output.buffers().requireNonNull();
                n = output.send(control, to, blocking);
            } finally {
                frame.endIf(blocking, n >= 0);
            }
            String meaning = n < 0 ? control.meaningOf(n) : null;
            if (meaning != null) {
                throw ErrnoExceptions.datagram(to == null ? "write" : "send", to == null ? association : UnixAddresses.describe(to), n,
                        to == null || n != -Errno.EPERM ? meaning : meaning + "; or it is connected to another");
            }
            return results.sent(n, to, NOTHING_SENT);
        } finally {
            output.buffers().clear();
            frame.leave(Descriptor.WRITING);
        }
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
        control.beginReceive();
        try {
            return receiveInUse(dst, dsts, control);
        } finally {
            control.endUse();
        }
    }

    private MessageInfo receiveInUse(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control) throws IOException {
        frame.enter(Descriptor.READING);
        try {
            input.buffers().set(dst, dsts);
            boolean blocking = isBlocking();
            MessageInfo info = null;
            try {
                frame.beginIf(blocking);
                association.bindToReceive();
                input.buffers().requireUsable();
                info = input.receive(control, blocking);
            } finally {
                frame.endIf(blocking, info != null);
            }
            return info;
        } finally {
            input.buffers().clear();
            frame.leave(Descriptor.READING);
        }
    }

    @Override
    public int send(MessageBatch batch) throws IOException {
        return batches.send(NativeMessageBatch.require(batch));
    }

    @Override
    public int receive(MessageBatch batch) throws IOException {
        return batches.receive(NativeMessageBatch.require(batch));
    }

    private void requireConnected() {
        if (!association.isConnected()) {
            throw new NotYetConnectedException();
        }
    }
}
