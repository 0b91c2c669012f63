// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.EndpointOptions;
import io.github.unixchannels.socket.SocketOptions;
import io.github.unixchannels.socket.UdpEndpoint;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.transfer.Buffers;
import io.github.unixchannels.transfer.UdpTransfer;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;

/** A channel of UDP, over IPv4 or IPv6. It joins no multicast group. */
public final class UdpChannel extends DatagramChannel implements EpollChannel {

    private static final int BOTH_SIDES = Descriptor.READING | Descriptor.WRITING;

    private final UdpEndpoint association;
    private final SocketDescriptor descriptor;
    private final UdpTransfer datagrams;
    private final DatagramReadiness readiness;
    private final OperationScope frame;

    public UdpChannel(SelectorProvider provider, UdpEndpoint association) {
        super(provider);
        this.association = association;
        this.descriptor = association.descriptor();
        this.datagrams = new UdpTransfer(association);
        this.readiness = new DatagramReadiness(descriptor);
        this.frame = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                UdpChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                UdpChannel.this.end(completed);
            }
        };
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, association.descriptor(), () -> "a datagram channel, UDP " + association.describe());
        }
    }

    @Override
    public DatagramChannel bind(SocketAddress local) throws IOException {
        frame.enter(BOTH_SIDES);
        try {
            SocketFamily family = association.family();
            association.bind(local == null ? family.chosenByKernel() : family.requireBindable(local));
            return this;
        } finally {
            frame.leave(BOTH_SIDES);
        }
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        SocketAddress target = association.family().requireTarget(remote);
        frame.enter(BOTH_SIDES);
        try {
            if (association.isConnected()) {
                throw new AlreadyConnectedException();
            }
            association.connect(target);
            return this;
        } finally {
            frame.leave(BOTH_SIDES);
        }
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        if (!descriptor.enter(BOTH_SIDES)) {
            return this;
        }
        try {
            if (association.isConnected()) {
                association.disconnect();
            }
            return this;
        } finally {
            descriptor.leave(BOTH_SIDES);
        }
    }

    @Override
    public SocketAddress receive(ByteBuffer dst) throws IOException {
        Buffers.requireWritable(dst);
        frame.enter(Descriptor.READING);
        try {
            datagrams.dsts().set(dst);
            boolean blocking = isBlocking();
            SocketAddress sender = null;
            try {
                frame.beginIf(blocking);
                datagrams.dsts().requireUsable();
                association.bindUnlessBound();
                long n = datagrams.receive("receive", blocking);
                sender = n == UdpTransfer.UNAVAILABLE ? null : datagrams.sender();
            } finally {
                frame.endIf(blocking, sender != null);
            }
            return sender;
        } finally {
            datagrams.dsts().clear();
            frame.leave(Descriptor.READING);
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        Objects.requireNonNull(dst);
        frame.enter(Descriptor.READING);
        try {
            datagrams.dsts().set(dst);
            return (int) read();
        } finally {
            datagrams.dsts().clear();
            frame.leave(Descriptor.READING);
        }
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        frame.enter(Descriptor.READING);
        try {
            datagrams.dsts().set(dsts, offset, length);
            return read();
        } finally {
            datagrams.dsts().clear();
            frame.leave(Descriptor.READING);
        }
    }

    private long read() throws IOException {
        requireConnected();
        boolean blocking = isBlocking();
        long n = UdpTransfer.UNAVAILABLE;
        try {
            frame.beginIf(blocking);
            datagrams.dsts().requireUsable();
            n = datagrams.dsts().remaining() > 0 ? datagrams.receive("read", blocking) : 0;
        } finally {
            frame.endIf(blocking, n >= 0);
        }
        return Math.max(0, n);
    }

    @Override
    public int send(ByteBuffer src, SocketAddress target) throws IOException {
        Objects.requireNonNull(src);
        SocketAddress to = association.family().requireTarget(target);
        frame.enter(Descriptor.WRITING);
        try {
            SocketAddress peer = association.remote();
            if (peer != null && !peer.equals(to)) {
                throw new AlreadyConnectedException();
            }
            datagrams.srcs().set(src);
            return (int) sendTo("send", to, peer == null ? to : null);
        } finally {
            datagrams.srcs().clear();
            frame.leave(Descriptor.WRITING);
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        Objects.requireNonNull(src);
        frame.enter(Descriptor.WRITING);
        try {
            datagrams.srcs().set(src);
            return (int) write();
        } finally {
            datagrams.srcs().clear();
            frame.leave(Descriptor.WRITING);
        }
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        frame.enter(Descriptor.WRITING);
        try {
            datagrams.srcs().set(srcs, offset, length);
            return write();
        } finally {
            datagrams.srcs().clear();
            frame.leave(Descriptor.WRITING);
        }
    }

    private long write() throws IOException {
        requireConnected();
        datagrams.srcs().requireNonNull();
        return datagrams.srcs().remaining() == 0 ? 0 : sendTo("write", association, null);
    }

    /** Sends, by the thread that holds the writing side; {@code target} is for messages. */
    private long sendTo(String operation, Object target, SocketAddress to) throws IOException {
        boolean blocking = isBlocking();
        long n = -Errno.EAGAIN;
        try {
            frame.beginIf(blocking);
            association.bindUnlessBound();
            n = datagrams.send(operation, to, blocking);
        } finally {
            frame.endIf(blocking, n >= 0);
        }
        if (n < 0 && n != -Errno.EAGAIN) {
            throw ErrnoExceptions.datagram(operation, target, n);
        }
        return Math.max(0, n);
    }

    private void requireConnected() {
        if (!association.isConnected()) {
            throw new NotYetConnectedException();
        }
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
    public boolean isConnected() {
        return association.isConnected() && isOpen();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        frame.requireOpen();
        return association.local();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        frame.requireOpen();
        return association.remote();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return EndpointOptions.ofDatagrams(association.family());
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> name, T value) throws IOException {
        SocketOptions.requireSupported(EndpointOptions.ofDatagrams(association.family()), name);
        SocketOptions.requireValue(name, value);
        frame.enter(Descriptor.USING);
        try {
            EndpointOptions.set(association, name, value);
            return this;
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptions.requireSupported(EndpointOptions.ofDatagrams(association.family()), name);
        frame.enter(Descriptor.USING);
        try {
            return name.type().cast(EndpointOptions.get(association, name));
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    protected void implCloseSelectableChannel() {
        descriptor.close();
        association.stopWaiting();
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
        return DatagramChannel.class.getName() + "[" + (isOpen() ? association.describe() : "closed") + "]";
    }
}
