// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Readiness;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.UnixAddresses;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/**
 * A listening socket, which is O_NONBLOCK: a blocking accept waits in poll(2). Whoever else holds it may take that flag back; so each accept of one
 * that is shared asks poll(2) first, and waits in accept4(2) only if another took both the flag and the connection in between.
 */
public final class NativeServerSocketChannel extends UnixServerSocketChannel implements EpollChannel {

    private static final Set<SocketOption<?>> OPTIONS = Set.of(StandardSocketOptions.SO_RCVBUF);
    private static final int DEFAULT_BACKLOG = 50;

    private final SocketType type;
    private final SocketDescriptor descriptor;
    private final ListenerReadiness readiness;

    // Guards the change of local; held during bind(2) and listen(2), which do not wait.
    private final Object bindLock = new Object();
    private volatile SocketAddress local;
    private volatile boolean listening;

    private NativeServerSocketChannel(SelectorProvider provider, SocketType type, SocketDescriptor descriptor) {
        this(provider, type, descriptor, null, false);
    }

    /** A channel of a socket that is O_NONBLOCK, and perhaps bound and listening. */
    NativeServerSocketChannel(
            SelectorProvider provider, SocketType type, SocketDescriptor descriptor, SocketAddress local, boolean listening) {
        super(provider);
        this.local = local;
        this.listening = listening;
        this.type = type;
        this.descriptor = descriptor;
        this.readiness = new ListenerReadiness(descriptor);
    }

    /** Opens an unbound channel. */
    public static NativeServerSocketChannel open(SelectorProvider provider, Syscalls sys, SocketType type) throws IOException {
        return new NativeServerSocketChannel(provider, type, SocketFactory.listener(sys, type));
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
        enter(Descriptor.USING);
        try {
            synchronized (bindLock) {
                SocketAddress bound = bound(address);
                int result = descriptor.sys().listen(descriptor.fd(), backlog < 1 ? DEFAULT_BACKLOG : backlog);
                if (result < 0) {
                    throw ErrnoExceptions.socket("listen", bound, result);
                }
                local = bound;
                listening = true;
            }
            return this;
        } finally {
            descriptor.leave(Descriptor.USING);
        }
    }

    /** bind(2), unless the socket came bound to that name, or to any if none is asked for: then it needs but to listen. */
    private SocketAddress bound(SocketAddress address) throws SocketException {
        SocketAddress before = local;
        if (before != null && (listening || address != null && !address.equals(before))) {
            throw new AlreadyBoundException();
        }
        SocketAddress target = address == null ? AbstractSocketAddress.AUTOBIND : UnixAddresses.requireUnix(address);
        if (UnixAddresses.isUnnamed(target)) {
            throw new BindException("bind(unnamed): a server socket cannot bind to an unnamed address");
        }
        return before != null ? before : SocketFactory.bind(descriptor, target);
    }

    @Override
    public SocketAddress getLocalAddress() throws ClosedChannelException {
        requireOpen();
        return local;
    }

    @Override
    public UnixSocketChannel accept() throws IOException {
        enter(Descriptor.READING);
        try {
            if (!listening) {
                throw new NotYetBoundException();
            }
            boolean blocking = isBlocking();
            UnixSocketChannel accepted = null;
            try {
                if (blocking) {
                    begin();
                }
                accepted = blocking ? acceptWaiting() : acceptNow();
            } finally {
                endIf(blocking, accepted);
            }
            return accepted;
        } finally {
            descriptor.leave(Descriptor.READING);
        }
    }

    private void endIf(boolean blocking, UnixSocketChannel accepted) throws IOException {
        if (!blocking) {
            if (accepted == null && descriptor.isClosed()) {
                throw new AsynchronousCloseException(); // the close overtook it and shut the socket down
            }
            return;
        }
        try {
            end(accepted != null);
        } catch (ClosedByInterruptException e) {
            if (accepted != null) {
                accepted.close(); // nobody else will ever see it
            }
            throw e;
        }
    }

    private UnixSocketChannel acceptWaiting() throws IOException {
        while (!descriptor.isClosed()) {
            UnixSocketChannel accepted = acceptNow();
            if (accepted != null) {
                return accepted;
            }
            int result = Readiness.await(descriptor, Linux.POLLIN, -1);
            if (result < 0 && result != -Errno.EINTR) {
                throw ErrnoExceptions.io("poll", local, result);
            }
        }
        throw new AsynchronousCloseException();
    }

    /** accept4(2), or null. */
    private UnixSocketChannel acceptNow() throws IOException {
        if (descriptor.isShared() && Readiness.poll(descriptor, Linux.POLLIN, 0) == 0) {
            return null;
        }
        Syscalls sys = descriptor.sys();
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long structs = memory.structs().address();
            int fd;
            do {
                memory.structs().buffer().putInt(memory.lengthOffset(), UnixAddresses.RECEIVE_LENGTH);
                fd = sys.accept4(
                        descriptor.fd(), structs + memory.addressOffset(), structs + memory.lengthOffset(), Linux.SOCK_CLOEXEC);
            } while (fd == -Errno.EINTR && !descriptor.isClosed());
            if (fd == -Errno.EAGAIN || fd == -Errno.EINTR) {
                return null;
            }
            if (fd < 0) {
                throw ErrnoExceptions.socket("accept", local, fd);
            }
            return accepted(new SocketDescriptor(sys, fd), memory);
        } finally {
            memory.release();
        }
    }

    private UnixSocketChannel accepted(SocketDescriptor connected, CallMemory memory) {
        try {
            int length = memory.structs().buffer().getInt(memory.lengthOffset());
            SocketAddress remote = UnixAddresses.decode(memory.structs().buffer(), memory.addressOffset(), length);
            return new NativeSocketChannel(provider(), type, new Connection(connected, local, remote));
        } catch (RuntimeException e) {
            connected.close(); // a peer's name that this platform's paths cannot express
            throw e;
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return OPTIONS;
    }

    @Override
    public <T> UnixServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        SocketOptions.requireSupported(OPTIONS, name);
        SocketOptions.requireValue(name, value);
        enter(Descriptor.USING);
        try {
            SocketOptions.set(descriptor, name, (Integer) value);
            return this;
        } finally {
            descriptor.leave(Descriptor.USING);
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptions.requireSupported(OPTIONS, name);
        enter(Descriptor.USING);
        try {
            return name.type().cast(SocketOptions.get(descriptor, name));
        } finally {
            descriptor.leave(Descriptor.USING);
        }
    }

    private void enter(int side) throws ClosedChannelException {
        if (!descriptor.enter(side)) {
            throw new ClosedChannelException();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
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
        return UnixServerSocketChannel.class.getName() + "[" + type + " " + state + "]";
    }
}
