// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.address.TemporaryName;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.socket.SocketFlag;
import io.github.unixchannels.socket.SocketOptions;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.socket.Sockets;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.BindException;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A listening socket of AF_UNIX: how it accepts is said in {@link Acceptor}. */
public final class NativeServerSocketChannel extends UnixServerSocketChannel implements EpollChannel {

    private static final Set<SocketOption<?>> OPTIONS = supported();
    private static final int DEFAULT_BACKLOG = 50;

    private final SocketType type;
    private final SocketDescriptor descriptor;
    private final SingleReadiness readiness;
    private final OperationScope frame;
    private final Acceptor<UnixSocketChannel> acceptor;

    // Guards the change of local; held during bind(2) and listen(2), which do not wait.
    private final Object bindLock = new Object();
    private volatile SocketAddress local;
    private volatile boolean listening;

    /** Whether it was opened with the JDK's own family, and takes a path for a name where the JDK does. */
    private boolean ofPlatformFamily;

    /** A channel of a socket that is O_NONBLOCK, and perhaps bound and listening. */
    public NativeServerSocketChannel(
            SelectorProvider provider, FdOwnership fds, SocketType type, SocketDescriptor descriptor, SocketAddress local,
            boolean listening) {
        super(provider);
        this.local = local;
        this.listening = listening;
        this.type = type;
        this.descriptor = descriptor;
        this.readiness = new SingleReadiness(descriptor, SelectionKey.OP_ACCEPT, Linux.POLLIN);
        this.frame = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                NativeServerSocketChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                NativeServerSocketChannel.this.end(completed);
            }
        };
        this.acceptor = new Acceptor<>(frame, descriptor) {
            @Override
            SocketAddress listening() {
                return NativeServerSocketChannel.this.listening ? NativeServerSocketChannel.this.local : null;
            }

            /** {@inheritDoc} Fails for a name that this platform's paths cannot express. */
            @Override
            SocketAddress decode(ByteBuffer from, int offset, int lengthBytes) {
                return UnixAddresses.decode(from, offset, lengthBytes);
            }

            @Override
            UnixSocketChannel accepted(SocketDescriptor connected, SocketAddress remote) {
                return new NativeSocketChannel(provider, type, new Connection(connected, fds, listening(), remote));
            }
        };
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, descriptor, () -> "a server channel, " + localName(descriptor));
        }
    }

    /** As the kernel has it, for nothing that leads to the channel knows it. */
    private static String localName(SocketDescriptor descriptor) {
        try {
            return "local=" + UnixAddresses.describe(Sockets.localName(descriptor));
        } catch (SocketException e) {
            return e.getMessage();
        }
    }

    private static Set<SocketOption<?>> supported() {
        Set<SocketOption<?>> options = SocketFlag.inheritedOptions();
        options.add(StandardSocketOptions.SO_RCVBUF);
        return Set.copyOf(options);
    }

    /** Opens an unbound channel. */
    public static UnixServerSocketChannel open(SelectorProvider provider, Syscalls sys, FdOwnership fds, SocketType type)
            throws IOException {
        return open(provider, sys, fds, type.family());
    }

    /** Opens an unbound channel of a protocol family. */
    public static UnixServerSocketChannel open(SelectorProvider provider, Syscalls sys, FdOwnership fds, ProtocolFamily family)
            throws IOException {
        SocketType type = SocketType.of(family);
        SocketDescriptor descriptor = Sockets.listener(sys, type);
        try {
            NativeServerSocketChannel opened = new NativeServerSocketChannel(provider, fds, type, descriptor, null, false);
            opened.ofPlatformFamily = family == StandardProtocolFamily.UNIX;
            return opened;
        } catch (Throwable e) {
            descriptor.close();
            throw e;
        }
    }

    @Override
    public UnixProtocolFamily family() {
        return type.family();
    }

    @Override
    public ServerSocket socket() {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    public UnixServerSocketChannel bind(SocketAddress address, int backlog) throws IOException {
        frame.enter(Descriptor.USING);
        try {
            synchronized (bindLock) {
                SocketAddress bound = bound(address);
                int result = descriptor.sys().listen(descriptor.fd(), backlog < 1 ? DEFAULT_BACKLOG : backlog);
                if (result < 0) {
                    throw ErrnoExceptions.socket("listen", UnixAddresses.describe(bound), result);
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
    private SocketAddress bound(SocketAddress address) throws SocketException {
        SocketAddress before = local;
        if (before != null && (listening || address != null && !address.equals(before))) {
            throw new AlreadyBoundException();
        }
        if (address == null && before == null && ofPlatformFamily) {
            return bindToTemporaryName();
        }
        SocketAddress target = address == null ? AbstractSocketAddress.AUTOBIND : UnixAddresses.requireUnix(address);
        if (UnixAddresses.isUnnamed(target)) {
            throw new BindException("bind(unnamed): a server socket cannot bind to an unnamed address");
        }
        return before != null ? before : Sockets.bind(descriptor, target);
    }

    private SocketAddress bindToTemporaryName() throws SocketException {
        SocketAddress bound = null;
        for (int attempt = 1; bound == null; attempt++) {
            try {
                bound = Sockets.bind(descriptor, TemporaryName.next());
            } catch (BindException e) {
                if (attempt == TemporaryName.ATTEMPTS) {
                    throw e;
                }
            }
        }
        return bound;
    }

    @Override
    public SocketAddress getLocalAddress() throws ClosedChannelException {
        frame.requireOpen();
        return local;
    }

    @Override
    public UnixSocketChannel accept() throws IOException {
        return acceptor.accept();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return OPTIONS;
    }

    @Override
    public <T> UnixServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        SocketOptions.requireSupported(OPTIONS, name);
        SocketOptions.requireValue(name, value);
        frame.enter(Descriptor.USING);
        try {
            SocketOptions.set(descriptor, name, value);
            return this;
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptions.requireSupported(OPTIONS, name);
        frame.enter(Descriptor.USING);
        try {
            return name.type().cast(SocketOptions.get(descriptor, name));
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
        String state = !isOpen() ? "closed" : local == null ? "unbound" : UnixAddresses.describe(local);
        return UnixServerSocketChannel.class.getName() + "[" + type + " " + state + "]";
    }
}
