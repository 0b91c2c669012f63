// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.PeerCheck;
import io.github.unixchannels.SocketFile;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.AdmissionTime;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.file.BoundFile;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.socket.EndpointOptions;
import io.github.unixchannels.socket.SendingPeer;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.transfer.Buffers;
import io.github.unixchannels.transfer.DatagramInput;
import io.github.unixchannels.transfer.MessageOutput;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import java.util.Set;

/**
 * The operations of a datagram channel of any family, with NIO's order of checks. What receiving and sending really do is said in
 * {@link DatagramInput} and {@link MessageOutput}.
 */
final class DatagramOperations extends EndpointOperations {

    /** What a send returns that sent nothing, for 0 is an empty datagram. */
    private static final int NOTHING_SENT = -1;

    private final DatagramEndpoint endpoint;
    private final DatagramReadiness readiness;
    private final DatagramInput input;
    private final MessageOutput output;

    DatagramOperations(OperationScope scope, DatagramEndpoint endpoint, DatagramReadiness readiness) {
        super(scope, endpoint);
        this.endpoint = endpoint;
        this.readiness = readiness;
        this.input = new DatagramInput(endpoint);
        this.output = new MessageOutput(endpoint);
    }

    /** Those on batches of datagrams of the same socket. */
    DatagramBatches onBatches() {
        return new DatagramBatches(this, endpoint, input, output);
    }

    @Override
    Set<SocketOption<?>> supportedOptions() {
        return EndpointOptions.ofDatagrams(endpoint.family());
    }

    /** As {@link DatagramChannel#bind}. */
    void bind(SocketAddress local) throws IOException {
        scope.enter(BOTH_SIDES);
        try {
            SocketFamily family = endpoint.family();
            endpoint.bind(local == null ? family.chosenByKernel() : family.requireBindable(local));
        } finally {
            scope.leave(BOTH_SIDES);
        }
    }

    /** As {@link UnixDatagramChannel#bindFile(SocketFile)}. */
    BoundFile bindFile(SocketFile file) throws IOException {
        scope.enter(BOTH_SIDES);
        try {
            if (endpoint.local() != null) {
                throw new AlreadyBoundException();
            }
            BoundFile bound = BoundFile.bind(endpoint.descriptor(), file);
            endpoint.local(bound.address());
            return bound;
        } finally {
            scope.leave(BOTH_SIDES);
        }
    }

    /** As {@link DatagramChannel#connect}. */
    void connect(SocketAddress remote) throws IOException {
        SocketAddress target = endpoint.family().requireTarget(remote);
        scope.enter(BOTH_SIDES);
        try {
            if (endpoint.isConnected()) {
                throw new AlreadyConnectedException();
            }
            endpoint.connect(target);
            readiness.accepted();
        } finally {
            scope.leave(BOTH_SIDES);
        }
    }

    /** As {@link DatagramChannel#disconnect}. */
    void disconnect() throws IOException {
        if (!endpoint.descriptor().enter(BOTH_SIDES)) {
            return;
        }
        try {
            if (endpoint.isConnected()) {
                endpoint.disconnect();
                readiness.accepted();
            }
        } finally {
            scope.leave(BOTH_SIDES);
        }
    }

    /** As {@link DatagramChannel#receive}. */
    SocketAddress receive(ByteBuffer dst) throws IOException {
        Buffers.requireWritable(dst);
        long timeout = scope.enter(Descriptor.READING, endpoint.receiveTimeoutNanos());
        try {
            input.buffers().set(dst);
            boolean blocking = timeout != Timeout.NO_WAIT;
            SocketAddress sender = null;
            try {
                scope.beginIf(blocking);
                endpoint.bindToReceive();
                input.buffers().requireUsable();
                sender = input.receive(scope, true, timeout) == DatagramInput.UNAVAILABLE ? null : input.sender();
            } finally {
                scope.endIf(blocking, sender != null);
            }
            return sender;
        } finally {
            input.buffers().clear();
            scope.leave(Descriptor.READING);
        }
    }

    /** As {@link DatagramChannel#read(ByteBuffer[], int, int)}, into {@code one} buffer or, if that is null, into several. */
    long read(ByteBuffer one, ByteBuffer[] several, int offset, int length) throws IOException {
        long timeout = scope.enter(Descriptor.READING, endpoint.receiveTimeoutNanos());
        try {
            input.buffers().set(one, several, offset, length);
            return read(timeout);
        } finally {
            input.buffers().clear();
            scope.leave(Descriptor.READING);
        }
    }

    private long read(long timeout) throws IOException {
        requireConnected();
        boolean blocking = timeout != Timeout.NO_WAIT;
        long n = DatagramInput.UNAVAILABLE;
        try {
            scope.beginIf(blocking);
            input.buffers().requireUsable();
            n = input.buffers().remaining() > 0 ? input.receive(scope, false, timeout) : 0;
        } finally {
            scope.endIf(blocking, n >= 0);
        }
        return Math.max(0, n);
    }

    /** As {@link DatagramChannel#send}. */
    int send(ByteBuffer src, SocketAddress target) throws IOException {
        Objects.requireNonNull(src);
        SocketAddress to = endpoint.family().requireTarget(target);
        long timeout = scope.enter(Descriptor.WRITING, endpoint.sendTimeoutNanos());
        try {
            SocketAddress peer = endpoint.remote();
            if (peer != null && !peer.equals(to)) {
                throw new AlreadyConnectedException();
            }
            output.buffers().set(src);
            boolean blocking = timeout != Timeout.NO_WAIT;
            long n = -Errno.EAGAIN;
            try {
                scope.beginIf(blocking);
                endpoint.bindToSend();
                n = output.send(scope, null, peer == null ? to : null, timeout);
            } finally {
                scope.endIf(blocking, n >= 0);
            }
            return (int) sent(n, peer == null ? to : null, 0);
        } finally {
            output.buffers().clear();
            scope.leave(Descriptor.WRITING);
        }
    }

    /** As {@link DatagramChannel#write(ByteBuffer[], int, int)}, from {@code one} buffer or, if that is null, from several. */
    long write(ByteBuffer one, ByteBuffer[] several, int offset, int length) throws IOException {
        long timeout = scope.enter(Descriptor.WRITING, endpoint.sendTimeoutNanos());
        try {
            output.buffers().set(one, several, offset, length);
            return write(timeout);
        } finally {
            output.buffers().clear();
            scope.leave(Descriptor.WRITING);
        }
    }

    private long write(long timeout) throws IOException {
        requireConnected();
        boolean blocking = timeout != Timeout.NO_WAIT;
        long n = -Errno.EAGAIN;
        try {
            scope.beginIf(blocking);
            output.buffers().requireNonNull();
            n = output.buffers().remaining() > 0 ? output.send(scope, null, null, timeout) : 0;
        } finally {
            scope.endIf(blocking, n >= 0);
        }
        return written(n);
    }

    /**
     * As {@link UnixDatagramChannel#send(ByteBuffer, SocketAddress, io.github.unixchannels.AncillaryData)}, from {@code src} or, if that is
     * null, from several buffers.
     *
     * @param targeted whether it goes to {@code target}; otherwise it goes to the peer
     */
    long send(ByteBuffer src, ByteBuffer[] srcs, SocketAddress target, boolean targeted, NativeAncillaryData control)
            throws IOException {
        boolean withoutRoom = false;
        control.beginUse();
        try {
            Buffers.requireSource(src, srcs);
            long n = sendInUse(src, srcs, targeted ? endpoint.family().requireTarget(target) : null, control);
            withoutRoom = n == NOTHING_SENT;
            return n;
        } catch (SocketTimeoutException e) {
            withoutRoom = true;
            throw e;
        } finally {
            control.endSend(withoutRoom);
        }
    }

    private long sendInUse(ByteBuffer src, ByteBuffer[] srcs, SocketAddress target, NativeAncillaryData control) throws IOException {
        long timeout = scope.enter(Descriptor.WRITING, endpoint.sendTimeoutNanos());
        try {
            output.buffers().set(src, srcs);
            SocketAddress peer = endpoint.remote();
            if (target == null) {
                requireConnected();
            } else if (peer != null && !peer.equals(target)) {
                throw new AlreadyConnectedException();
            }
            control.beginSend(endpoint.descriptor(), peer == null ? target : peer);
            boolean blocking = timeout != Timeout.NO_WAIT;
            SocketAddress to = peer == null ? target : null;
            long n = -Errno.EAGAIN;
            try {
                scope.beginIf(blocking);
                endpoint.bindToSend();
                output.buffers().requireNonNull();
                n = output.send(scope, control, to, timeout);
            } finally {
                scope.endIf(blocking, n >= 0);
            }
            String meaning = n < 0 ? control.meaningOf(n) : null;
            if (meaning != null) {
                throw ErrnoExceptions.datagram(to == null ? "write" : "send", to == null ? endpoint : UnixAddresses.describe(to), n,
                        to == null || n != -Errno.EPERM ? meaning : meaning + "; or it is connected to another");
            }
            return sent(n, to, NOTHING_SENT);
        } finally {
            output.buffers().clear();
            scope.leave(Descriptor.WRITING);
        }
    }

    /**
     * As {@link UnixDatagramChannel#receive(ByteBuffer, io.github.unixchannels.AncillaryData)}, into {@code dst} or, if that is null, into
     * several buffers.
     */
    MessageInfo receive(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control) throws IOException {
        return receive(dst, dsts, control, endpoint.receiveTimeoutNanos());
    }

    private MessageInfo receive(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control, long timeoutNanos) throws IOException {
        control.beginReceive();
        try {
            return receiveInUse(dst, dsts, control, timeoutNanos);
        } finally {
            control.endUse();
        }
    }

    /** As {@link UnixDatagramChannel#receive(ByteBuffer, AncillaryData, PeerCheck)}. */
    MessageInfo receive(ByteBuffer dst, NativeAncillaryData control, PeerCheck check) throws IOException {
        AdmissionTime time = new AdmissionTime("receive", endpoint, "no datagram that is admitted", endpoint.receiveTimeoutNanos());
        int start = dst.position();
        MessageInfo info;
        do {
            info = time.within(left -> receive(dst, null, control, left));
            if (info != null && passes(info, control, check)) {
                return info;
            }
            dst.position(start);
        } while (info != null && scope.isBlocking() && time.goesOn());
        return null;
    }

    /** What came with a datagram that does not pass is closed. */
    private boolean passes(MessageInfo info, NativeAncillaryData control, PeerCheck check) throws IOException {
        boolean passes = false;
        scope.enter(Descriptor.USING);
        try {
            passes = new SendingPeer(endpoint, control, info).passes(check);
            return passes;
        } finally {
            scope.leave(Descriptor.USING);
            if (!passes) {
                control.beginReceive();
                control.endUse();
            }
        }
    }

    private MessageInfo receiveInUse(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control, long timeoutNanos)
            throws IOException {
        long timeout = scope.enter(Descriptor.READING, timeoutNanos);
        try {
            input.buffers().set(dst, dsts);
            boolean blocking = timeout != Timeout.NO_WAIT;
            MessageInfo info = null;
            try {
                scope.beginIf(blocking);
                endpoint.bindToReceive();
                input.buffers().requireUsable();
                info = input.receive(scope, control, timeout);
            } finally {
                scope.endIf(blocking, info != null);
            }
            return info;
        } finally {
            input.buffers().clear();
            scope.leave(Descriptor.READING);
        }
    }

    private void requireConnected() {
        if (!endpoint.isConnected()) {
            throw new NotYetConnectedException();
        }
    }

    /** From what a send to {@code to}, or if that is null to the peer, returned to what the operation returns. */
    long sent(long n, SocketAddress to, int nothingSent) throws IOException {
        if (n >= 0) {
            readiness.accepted();
            return n;
        }
        if (n == -Errno.ETOOMANYREFS || n == -Errno.EAGAIN && to != null && endpoint.isRefusedByReceivers()) {
            readiness.refused();
        }
        if (n == -Errno.ETOOMANYREFS || n == -Errno.EAGAIN) {
            return nothingSent;
        }
        if (to == null) {
            return written(n);
        }
        throw ErrnoExceptions.datagram("send", UnixAddresses.describe(to), n);
    }

    /** As {@link #sent}, to the peer. The kernel ends the connection to a peer of AF_UNIX that it finds gone, and the next send fails otherwise. */
    private long written(long n) throws IOException {
        if (n >= 0 || n == -Errno.EAGAIN) {
            return Math.max(0, n);
        }
        IOException failure = ErrnoExceptions.datagram("write", endpoint, n);
        if (endpoint.family() == SocketFamily.UNIX && (n == -Errno.ECONNREFUSED || n == -Errno.EPIPE)) {
            try {
                endpoint.disconnect();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }
}
