// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Readiness;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.FdOwnership;
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
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A listening socket on a descriptor of its own, which is O_NONBLOCK: a blocking accept waits in poll(2). */
public final class NativeServerSocketChannel extends UnixServerSocketChannel implements EpollChannel {

    private static final Set<SocketOption<?>> OPTIONS = supported();
    private static final int DEFAULT_BACKLOG = 50;

    private final SocketType type;
    private final SocketDescriptor descriptor;
    private final FdOwnership fds;
    private final ListenerReadiness readiness;

    // Guards the change of local; held during bind(2) and listen(2), which do not wait.
    private final Object bindLock = new Object();
    private volatile SocketAddress local;

    private NativeServerSocketChannel(SelectorProvider provider, FdOwnership fds, SocketType type, SocketDescriptor descriptor) {
        super(provider);
        this.type = type;
        this.fds = fds;
        this.descriptor = descriptor;
        this.readiness = new ListenerReadiness(descriptor);
    }

    private static Set<SocketOption<?>> supported() {
        Set<SocketOption<?>> options = SocketFlag.inheritedOptions();
        options.add(StandardSocketOptions.SO_RCVBUF);
        return Set.copyOf(options);
    }

    /** Opens an unbound channel. */
    public static NativeServerSocketChannel open(SelectorProvider provider, Syscalls sys, FdOwnership fds, SocketType type)
            throws IOException {
        return new NativeServerSocketChannel(provider, fds, type, SocketFactory.socket(sys, type));
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
                if (local != null) {
                    throw new AlreadyBoundException();
                }
                SocketAddress target = address == null ? AbstractSocketAddress.AUTOBIND : UnixAddresses.requireUnix(address);
                if (UnixAddresses.isUnnamed(target)) {
                    throw new BindException("bind(unnamed): a server socket cannot bind to an unnamed address");
                }
                SocketAddress bound = SocketFactory.bind(descriptor, target);
                int result = descriptor.sys().listen(descriptor.fd(), backlog < 1 ? DEFAULT_BACKLOG : backlog);
                if (result < 0) {
                    throw ErrnoExceptions.socket("listen", bound, result);
                }
                local = bound;
            }
            return this;
        } finally {
            descriptor.leave(Descriptor.USING);
        }
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
            if (local == null) {
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
            return new NativeSocketChannel(provider(), type, new Connection(connected, fds, local, remote));
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
            SocketOptions.set(descriptor, name, value);
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
