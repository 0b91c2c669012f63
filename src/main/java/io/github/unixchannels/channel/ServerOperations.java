// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.SocketFile;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.AdmissionTime;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.file.BoundFile;
import io.github.unixchannels.socket.EndpointOptions;
import io.github.unixchannels.socket.SocketOptions;
import io.github.unixchannels.socket.Sockets;
import io.github.unixchannels.socket.TimeoutOption;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;

/**
 * The operations of a server channel of any family, with NIO's order of checks.
 *
 * <p>The socket is O_NONBLOCK: a thread waits for a connection in poll(2). Another holder of the socket may take that flag back; so each
 * accept of one that is shared asks poll(2) first, and waits in accept4(2) only if another took both the flag and the connection in between.
 *
 * @param <C> what is accepted
 */
abstract class ServerOperations<C extends SocketChannel> {

    private static final int DEFAULT_BACKLOG = 50;

    private final OperationScope scope;
    private final SocketDescriptor descriptor;
    private final SocketFamily family;

    // Guards the changes of the two; held during bind(2) and listen(2), which do not wait.
    private final Object bindLock = new Object();
    private volatile SocketAddress local;
    private volatile boolean listening;

    /** How long a blocking accept waits at most: a number of {@link Timeout}. */
    private volatile long acceptTimeoutNanos;

    /** On a socket that may be bound, to {@code local}, and may listen. */
    ServerOperations(OperationScope scope, SocketDescriptor descriptor, SocketFamily family, SocketAddress local, boolean listening) {
        this.scope = scope;
        this.descriptor = descriptor;
        this.family = family;
        this.local = local;
        this.listening = listening;
    }

    /** As {@link java.nio.channels.ServerSocketChannel#bind(SocketAddress, int)}. */
    final void bind(SocketAddress address, int backlog) throws IOException {
        scope.enter(Descriptor.USING);
        try {
            synchronized (bindLock) {
                listen(bound(address), backlog);
            }
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    /** As {@link io.github.unixchannels.UnixServerSocketChannel#bindFile(SocketFile, int)}. */
    final BoundFile bindFile(SocketFile file, int backlog) throws IOException {
        scope.enter(Descriptor.USING);
        try {
            synchronized (bindLock) {
                if (local != null) {
                    throw new AlreadyBoundException();
                }
                BoundFile bound = BoundFile.bind(descriptor, file);
                try {
                    listen(bound.address(), backlog);
                } catch (Throwable e) {
                    bound.undo(e);
                    throw e;
                }
                return bound;
            }
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    private void listen(SocketAddress bound, int backlog) throws SocketException {
        int result = descriptor.sys().listen(descriptor.fd(), backlog < 1 ? DEFAULT_BACKLOG : backlog);
        if (result < 0) {
            throw ErrnoExceptions.socket("listen", UnixAddresses.describe(bound), result);
        }
        local = bound;
        listening = true;
    }

    /** bind(2), unless the socket came bound to that name, or to any if none is asked for: then it needs but to listen. */
    private SocketAddress bound(SocketAddress address) throws SocketException {
        SocketAddress before = local;
        if (before != null && (listening || address != null && !address.equals(before))) {
            throw new AlreadyBoundException();
        }
        if (address == null) {
            return before != null ? before : bindToAnyName();
        }
        SocketAddress target = family.requireBindable(address);
        if (UnixAddresses.isUnnamed(target)) {
            throw new BindException("bind(unnamed): a server socket cannot bind to an unnamed address");
        }
        return before != null ? before : Sockets.bind(descriptor, family, target);
    }

    /** bind(2) of a socket that is not bound, if no name is asked for. */
    SocketAddress bindToAnyName() throws SocketException {
        return Sockets.bind(descriptor, family, family.chosenByKernel());
    }

    /** As {@link java.nio.channels.ServerSocketChannel#getLocalAddress}. */
    final SocketAddress localAddress() throws ClosedChannelException {
        scope.requireOpen();
        return local;
    }

    /** The name that the socket is bound to; null for none. */
    final SocketAddress local() {
        return local;
    }

    final Set<SocketOption<?>> supportedOptions() {
        return EndpointOptions.ofListeners(family);
    }

    /** As {@link java.nio.channels.NetworkChannel#setOption}. */
    final void setOption(SocketOption<?> name, Object value) throws IOException {
        SocketOptions.requireSupported(supportedOptions(), name);
        SocketOptions.requireValue(name, value);
        scope.enter(Descriptor.USING);
        try {
            if (name == UnixSocketOptions.SO_RCVTIMEO) {
                acceptTimeoutNanos = TimeoutOption.nanos((Duration) value);
            } else {
                EndpointOptions.set(descriptor, family, name, value);
            }
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    /** As {@link java.nio.channels.NetworkChannel#getOption}. */
    final <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptions.requireSupported(supportedOptions(), name);
        scope.enter(Descriptor.USING);
        try {
            return name.type().cast(name == UnixSocketOptions.SO_RCVTIMEO
                    ? TimeoutOption.value(acceptTimeoutNanos)
                    : EndpointOptions.get(descriptor, family, name));
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    /** How far the socket has come, in the words of the JDK's channels. */
    final String describe(boolean open) {
        SocketAddress name = local;
        return !open ? "closed" : name == null ? "unbound" : UnixAddresses.describe(name);
    }

    /** The channel of a connection to that peer. If it throws, the descriptor is closed. */
    abstract C accepted(SocketDescriptor connected, SocketAddress remote) throws IOException;

    /** As {@link java.nio.channels.ServerSocketChannel#accept}. */
    final C accept() throws IOException {
        return accept(scope, acceptTimeoutNanos);
    }

    /** As {@link #accept()}, with another timeout than the channel's. */
    final C accept(long timeoutNanos) throws IOException {
        return accept(scope, timeoutNanos);
    }

    /** The time of an accept that begins now and passes over some connections. */
    final AdmissionTime admissionTime() {
        return new AdmissionTime("accept", UnixAddresses.describe(local), "no connection that is admitted", acceptTimeoutNanos);
    }

    /** As {@link #accept()}, in another scope; a timeout other than 0 goes before the channel's. */
    final C accept(OperationScope scope, long timeoutNanos) throws IOException {
        long timeout = scope.enter(Descriptor.READING, timeoutNanos == Timeout.NONE ? acceptTimeoutNanos : timeoutNanos);
        try {
            if (!listening) {
                throw new NotYetBoundException();
            }
            boolean blocking = timeout != Timeout.NO_WAIT;
            C accepted = null;
            try {
                scope.beginIf(blocking);
                accepted = blocking ? acceptWaiting(scope, timeout) : acceptNow();
            } finally {
                endIf(scope, blocking, accepted);
            }
            return accepted;
        } finally {
            scope.leave(Descriptor.READING);
        }
    }

    private void endIf(OperationScope scope, boolean blocking, C accepted) throws IOException {
        try {
            scope.endIf(blocking, accepted != null);
        } catch (Throwable e) {
            if (accepted != null) {
                accepted.close(); // the caller will never see it
            }
            throw e;
        }
    }

    private C acceptWaiting(OperationScope scope, long timeoutNanos) throws IOException {
        long deadline = Timeout.deadline(timeoutNanos);
        while (!descriptor.isClosed()) {
            C accepted = acceptNow();
            if (accepted != null) {
                return accepted;
            }
            if (Timeout.isOver(deadline)) {
                throw Timeout.exceeded("accept", UnixAddresses.describe(local), "no connection", timeoutNanos);
            }
            int result = Waiting.await(descriptor, Linux.POLLIN, Timeout.millisLeft(deadline));
            if (result < 0 && result != -Errno.EINTR) {
                throw ErrnoExceptions.io("poll", UnixAddresses.describe(local), result);
            }
            scope.tellInterrupt();
        }
        throw new AsynchronousCloseException();
    }

    /** accept4(2), or null. */
    private C acceptNow() throws IOException {
        if (descriptor.isShared() && isNobodyThere()) {
            return null;
        }
        SocketDescriptor connected = null;
        int result;
        SocketAddress remote = null;
        try {
            CallMemory memory = CallMemory.acquire(descriptor.sys());
            try {
                result = descriptor.accept(memory);
                if (result >= 0) {
                    connected = SocketDescriptor.own(descriptor.sys(), result);
                    ByteBuffer structs = memory.structs().buffer();
                    remote = family.decode(structs, memory.addressOffset(), structs.getInt(memory.lengthOffset()));
                }
            } finally {
                memory.release();
            }
            if (connected != null) {
                return accepted(connected, remote);
            }
        } catch (Throwable e) {
            if (connected != null) {
                connected.close();
            }
            throw e;
        }
        if (result == -Errno.EAGAIN || result == -Errno.EINTR || isOfNoDescriptor(result) && isNobodyThere()) {
            return null;
        }
        throw ErrnoExceptions.socket("accept", UnixAddresses.describe(local), result);
    }

    /** accept4(2) takes a number first and looks for a connection then. So without a number left it fails although there is none. */
    private static boolean isOfNoDescriptor(int result) {
        return result == -Errno.EMFILE || result == -Errno.ENFILE;
    }

    private boolean isNobodyThere() {
        return Waiting.poll(descriptor, Linux.POLLIN, 0) == 0;
    }
}
