// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.address.InetAddresses;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.InetOptions;
import io.github.unixchannels.socket.InetSockets;
import io.github.unixchannels.socket.SocketOptions;
import io.github.unixchannels.socket.TcpConnection;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A listening socket of TCP: how it accepts is said in {@link Acceptor}. */
public final class TcpServerSocketChannel extends ServerSocketChannel implements EpollChannel {

    private static final int DEFAULT_BACKLOG = 50;

    private final SocketDescriptor descriptor;
    private final int family;
    private final SingleReadiness readiness;
    private final OperationScope frame;
    private final Acceptor<SocketChannel> acceptor;

    // Guards the changes of the two; held during bind(2) and listen(2), which do not wait.
    private final Object bindLock = new Object();
    private volatile InetSocketAddress local;
    private volatile boolean listening;

    /** A channel of a socket that is O_NONBLOCK, and perhaps bound and listening. */
    public TcpServerSocketChannel(
            SelectorProvider provider, SocketDescriptor descriptor, int family, InetSocketAddress local, boolean listening) {
        super(provider);
        this.descriptor = descriptor;
        this.family = family;
        this.local = local;
        this.listening = listening;
        this.readiness = new SingleReadiness(descriptor, SelectionKey.OP_ACCEPT, Linux.POLLIN);
        this.frame = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                TcpServerSocketChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                TcpServerSocketChannel.this.end(completed);
            }
        };
        this.acceptor = new Acceptor<>(frame, descriptor) {
            @Override
            SocketAddress listening() {
                return TcpServerSocketChannel.this.listening ? TcpServerSocketChannel.this.local : null;
            }

            @Override
            SocketAddress decode(ByteBuffer from, int offset, int lengthBytes) {
                return InetAddresses.decode(from, offset);
            }

            @Override
            SocketChannel accepted(SocketDescriptor connected, SocketAddress remote) throws SocketException {
                SocketAddress name = InetSockets.localName(connected);
                return new TcpSocketChannel(provider, new TcpConnection(connected, family, name, remote));
            }
        };
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, descriptor, () -> "a server channel, TCP");
        }
    }

    @Override
    public ServerSocketChannel bind(SocketAddress address, int backlog) throws IOException {
        frame.enter(Descriptor.USING);
        try {
            synchronized (bindLock) {
                InetSocketAddress bound = bound(address);
                int result = descriptor.sys().listen(descriptor.fd(), backlog < 1 ? DEFAULT_BACKLOG : backlog);
                if (result < 0) {
                    throw ErrnoExceptions.socket("listen", bound, result);
                }
                local = bound;
                listening = true;
            }
            return this;
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    /** bind(2), unless the socket came bound to that name, or to any if none is asked for: then it needs but to listen. */
    private InetSocketAddress bound(SocketAddress address) throws SocketException {
        InetSocketAddress before = local;
        if (before != null && (listening || address != null && !address.equals(before))) {
            throw new AlreadyBoundException();
        }
        InetSocketAddress target = address == null ? InetSockets.wildcard(family) : InetAddresses.require(address, family);
        return before != null ? before : InetSockets.bind(descriptor, family, target);
    }

    @Override
    public SocketChannel accept() throws IOException {
        return acceptor.accept();
    }

    @Override
    public ServerSocket socket() {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        frame.requireOpen();
        return local;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return InetOptions.LISTENER;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        SocketOptions.requireSupported(InetOptions.LISTENER, name);
        SocketOptions.requireValue(name, value);
        frame.enter(Descriptor.USING);
        try {
            InetOptions.set(descriptor, family, name, value);
            return this;
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptions.requireSupported(InetOptions.LISTENER, name);
        frame.enter(Descriptor.USING);
        try {
            return name.type().cast(InetOptions.get(descriptor, family, name));
        } finally {
            frame.leave(Descriptor.USING);
        }
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
        String state = !isOpen() ? "closed" : local == null ? "unbound" : local.toString();
        return ServerSocketChannel.class.getName() + "[" + state + "]";
    }
}
