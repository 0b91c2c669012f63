// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.PeerCheck;
import io.github.unixchannels.SocketFile;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.TemporaryName;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.AdmissionTime;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.SocketScope;
import io.github.unixchannels.descriptor.Unreachable;
import io.github.unixchannels.file.BoundFile;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.socket.Sockets;
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
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;

/** A listening socket of AF_UNIX: what the channel does is said in {@link ServerOperations}. */
public final class NativeServerSocketChannel extends UnixServerSocketChannel implements EpollChannel {

    private final SocketType type;
    private final SocketDescriptor descriptor;
    private final SingleReadiness readiness;
    private final ServerOperations<UnixSocketChannel> operations;

    /** Whether it was opened with the JDK's own family, and takes a path for a name where the JDK does. */
    private boolean ofPlatformFamily;

    /** Null unless the channel owns the file that it is bound to. */
    private volatile BoundFile file;

    /** A channel of a socket that is O_NONBLOCK, and may be bound and listening. */
    public NativeServerSocketChannel(
            SelectorProvider provider, FdOwnership fds, SocketType type, SocketDescriptor descriptor, SocketAddress local,
            boolean listening) {
        super(provider);
        this.type = type;
        this.descriptor = descriptor;
        this.readiness = new SingleReadiness(descriptor, SelectionKey.OP_ACCEPT, Linux.POLLIN);
        OperationScope scope = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                NativeServerSocketChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                NativeServerSocketChannel.this.end(completed);
            }
        };
        this.operations = new ServerOperations<>(scope, descriptor, SocketFamily.UNIX, local, listening) {
            @Override
            UnixSocketChannel accepted(SocketDescriptor connected, SocketAddress remote) {
                return new NativeSocketChannel(provider, type, new Connection(connected, fds, local(), remote));
            }

            @Override
            SocketAddress bindToAnyName() throws SocketException {
                return ofPlatformFamily ? bindToTemporaryName() : super.bindToAnyName();
            }
        };
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, descriptor, () -> "a server channel, " + localName(descriptor));
        }
    }

    /** As the kernel has it, for nothing that leads to the channel knows it. */
    private static String localName(SocketDescriptor descriptor) {
        try {
            return "local=" + UnixAddresses.describe(Sockets.localName(descriptor, SocketFamily.UNIX));
        } catch (SocketException e) {
            return e.getMessage();
        }
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
        operations.bind(address, backlog);
        return this;
    }

    @Override
    public UnixServerSocketChannel bindFile(SocketFile request, int backlog) throws IOException {
        Objects.requireNonNull(request);
        try {
            BoundFile bound = operations.bindFile(request, backlog);
            if (ForgottenChannel.REPORTED) {
                Unreachable.watch(this, bound);
            }
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

    private SocketAddress bindToTemporaryName() throws SocketException {
        SocketAddress bound = null;
        for (int attempt = 1; bound == null; attempt++) {
            try {
                bound = Sockets.bind(descriptor, SocketFamily.UNIX, TemporaryName.next());
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
        return operations.localAddress();
    }

    @Override
    public UnixSocketChannel accept() throws IOException {
        return operations.accept();
    }

    /**
     * Accepts as {@link ServerSocket} does: an interrupt of a platform thread changes nothing, and that of a virtual thread that has to wait
     * closes the channel.
     *
     * @param timeoutNanos how long to wait at most; 0: as long as it takes
     * @throws IllegalBlockingModeException if the channel is non-blocking
     * @throws ClosedChannelException if the channel is closed, or another thread closes it meanwhile
     * @throws java.nio.channels.NotYetBoundException if the channel is not bound
     * @throws java.net.SocketTimeoutException if there is no connection in that time; the channel goes on
     * @throws java.nio.channels.ClosedByInterruptException if the virtual thread is interrupted and has to wait
     */
    public UnixSocketChannel accept(long timeoutNanos) throws IOException {
        if (!isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        UnixSocketChannel accepted = operations.accept(new SocketScope(this, descriptor), timeoutNanos);
        if (accepted == null) {
            throw new IllegalBlockingModeException(); // the mode was changed meanwhile
        }
        return accepted;
    }

    /** Has this closed, with its file, once it is unreachable, unless that is done and reported in any case. */
    public void closeWhenUnreachable() {
        BoundFile bound = file;
        if (ForgottenChannel.REPORTED) {
            return;
        }
        if (bound != null) {
            Unreachable.watch(this, bound);
        } else {
            descriptor.closeWhenUnreachable(this);
        }
    }

    @Override
    public UnixSocketChannel accept(PeerCheck check) throws IOException {
        Objects.requireNonNull(check);
        AdmissionTime time = operations.admissionTime();
        UnixSocketChannel connection;
        do {
            connection = time.within(left -> operations.accept(left));
            if (connection != null && passes(connection, check)) {
                return connection;
            }
        } while (connection != null && isBlocking() && time.goesOn());
        return null;
    }

    /** A connection that does not pass is closed. */
    private static boolean passes(UnixSocketChannel connection, PeerCheck check) throws IOException {
        boolean passes = false;
        try {
            passes = connection.passes(check);
            return passes;
        } finally {
            if (!passes) {
                connection.close();
            }
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return operations.supportedOptions();
    }

    @Override
    public <T> UnixServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        operations.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return operations.getOption(name);
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        BoundFile owned = file;
        try {
            if (owned != null) {
                owned.close();
            }
        } finally {
            descriptor.close();
        }
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
        return UnixServerSocketChannel.class.getName() + "[" + type + " " + operations.describe(isOpen()) + "]";
    }
}
