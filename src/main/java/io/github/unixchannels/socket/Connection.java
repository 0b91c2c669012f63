// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;

/**
 * How far a socket has come from unconnected to connected, and to whom. The state only increases.
 *
 * <p>A non-blocking connect(2) of AF_UNIX succeeds or fails at once, except that a full backlog is EAGAIN: nothing is pending in the
 * kernel then and no event will tell of room (unix_stream_connect). So the connection stays pending here, and the attempt is made again:
 * by {@code finishConnect}, by a selector that waits for OP_CONNECT, or after a {@link Backoff} in a blocking connect.
 *
 * <p>Until it is connected a socket is O_NONBLOCK, because connect(2) takes no flag for it; then the flag is cleared, so that a blocking
 * read is one recv(2). One that others may hold is O_NONBLOCK for the time of the call, and is left as it was.
 */
public class Connection extends Endpoint {

    public enum State { UNCONNECTED, PENDING, CONNECTED }

    // Changed with both sides of the descriptor held (bind: also); read by anybody.
    private volatile State state;

    /** What the last attempt returned. */
    private volatile int outcome = -Errno.EAGAIN;

    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;

    /** For messages: the kernel reports a reset once, to the first read or write after it (unix_seqpacket_sendmsg). */
    private volatile boolean resetNoted;

    /** Whether every message that is received comes with a time from now on: SO_TIMESTAMP is set for good. Set with this held. */
    private volatile boolean timestamped;

    /** How long to wait before a selector tries again, of a pending connection. Guarded by this. */
    private Backoff backoff;

    /** A socket that is neither bound nor connected, and O_NONBLOCK. */
    public Connection(SocketDescriptor descriptor, FdOwnership fds) {
        this(descriptor, fds, null, null, State.UNCONNECTED);
    }

    /** A connected socket, not O_NONBLOCK. */
    public Connection(SocketDescriptor descriptor, FdOwnership fds, SocketAddress local, SocketAddress remote) {
        this(descriptor, fds, local, remote, State.CONNECTED);
    }

    /** A socket that has come so far already; null for a name that it does not have. */
    public Connection(SocketDescriptor descriptor, FdOwnership fds, SocketAddress local, SocketAddress remote, State state) {
        this(descriptor, SocketFamily.UNIX, fds, local, remote, state);
    }

    Connection(
            SocketDescriptor descriptor, SocketFamily family, FdOwnership fds, SocketAddress local, SocketAddress remote, State state) {
        super(descriptor, family, fds, local, remote);
        this.state = state;
    }

    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    @Override
    String whyPeerIsUnknown() {
        return isConnected() ? null : "not connected";
    }

    public boolean isPending() {
        return state == State.PENDING;
    }

    /** Whether it is pending and the backlog was full at the last attempt: only another attempt will tell more. */
    public boolean awaitsBacklog() {
        return state == State.PENDING && outcome == -Errno.EAGAIN;
    }

    public boolean isInputShutdown() {
        return inputShutdown;
    }

    boolean isOutputShutdown() {
        return outputShutdown;
    }

    public boolean isResetNoted() {
        return resetNoted;
    }

    @Override
    public void noteReset() {
        resetNoted = true;
    }

    public boolean isTimestamped() {
        return timestamped;
    }

    /** Sets SO_TIMESTAMP for good. */
    public synchronized void requireTimestamps() throws SocketException {
        SocketFlag.TIMESTAMP.set(descriptor(), true);
        timestamped = true;
    }

    @Override
    synchronized void setTimestamps(boolean on) throws SocketException {
        if (on || !timestamped) {
            super.setTimestamps(on);
        }
    }

    /** shutdown(2) of the input, once. The flag comes first, so that the threads that the call wakes know why. */
    public synchronized int shutdownInput() {
        if (inputShutdown) {
            return 0;
        }
        inputShutdown = true;
        return descriptor().sys().shutdown(descriptor().fd(), Linux.SHUT_RD);
    }

    /** shutdown(2) of the output, once. */
    public synchronized int shutdownOutput() {
        if (outputShutdown) {
            return 0;
        }
        outputShutdown = true;
        int result = descriptor().sys().shutdown(descriptor().fd(), Linux.SHUT_WR);
        stopWaiting();
        descriptor().wakeWriter();
        return result;
    }

    /** @throws NotYetConnectedException if it is not connected */
    public final void requireConnected() {
        if (state != State.CONNECTED) {
            throw new NotYetConnectedException();
        }
    }

    /** @throws ClosedChannelException if the output is shut down */
    public final void requireOutputOpen() throws ClosedChannelException {
        if (outputShutdown) {
            throw new ClosedChannelException();
        }
    }

    /** From what a send returned to what an operation returns. */
    public final long writeResult(String operation, long n) throws IOException {
        if (n >= 0 || n == -Errno.EAGAIN) {
            return Math.max(0, n);
        }
        if (n == -Errno.EPIPE && outputShutdown) {
            throw new AsynchronousCloseException(); // by shutdownOutput, while this write waited
        }
        throw ErrnoExceptions.io(operation, this, n);
    }

    @Override
    public int waitingSendFlags(long timeoutNanos) {
        return waitFlags(Descriptor.WRITING, timeoutNanos);
    }

    /** {@inheritDoc} That the output was shut down is no event to poll(2) of a thread that waits for room (unix_poll). */
    @Override
    public int waitForRoom(long deadline) {
        return awaitOutput(Timeout.millisLeft(deadline), this::isOutputShutdown);
    }

    /** The state in the words of the JDK's channels. */
    public String describe(boolean open) {
        if (!open) {
            return "closed";
        }
        StringBuilder text = new StringBuilder(switch (state) {
            case UNCONNECTED -> "unconnected";
            case PENDING -> "connection-pending";
            case CONNECTED -> "connected";
        });
        text.append(inputShutdown ? " ishut" : "").append(outputShutdown ? " oshut" : "");
        text.append(local() != null ? " local=" + UnixAddresses.describe(local()) : "");
        text.append(remote() != null ? " remote=" + UnixAddresses.describe(remote()) : "");
        return text.toString();
    }

    /**
     * bind(2). Both sides of the descriptor are held.
     *
     * @param address null for no name that a peer needs to know
     * @throws ConnectionPendingException if it is pending
     * @throws AlreadyBoundException if it is bound, also if to no name
     * @throws SocketException if the address is too long, or the kernel refuses it
     */
    public final void bind(SocketAddress address) throws SocketException {
        if (state == State.PENDING) {
            throw new ConnectionPendingException();
        }
        if (local() != null) {
            throw new AlreadyBoundException();
        }
        bindNow(address == null ? family().unnamed() : family().requireBindable(address));
    }

    /**
     * Makes the first attempt.
     *
     * @return as {@link #attempt}
     * @throws AlreadyConnectedException if it is connected
     * @throws ConnectionPendingException if it is pending
     * @throws SocketException if the address is too long
     */
    public int begin(SocketAddress target) throws SocketException {
        if (state == State.CONNECTED) {
            throw new AlreadyConnectedException();
        }
        if (state == State.PENDING) {
            throw new ConnectionPendingException();
        }
        remote(target);
        state = State.PENDING;
        return attempt();
    }

    /**
     * Tries to connect, unless it is known already how that went.
     *
     * @return 0 when connected, {@code -EAGAIN} while it is pending, or another error number negated
     */
    public int attempt() throws SocketException {
        if (outcome != -Errno.EAGAIN) {
            return outcome;
        }
        int result = tryToConnect();
        if (result == 0 && !descriptor().isShared()) {
            result = Math.min(0, descriptor().sys().fcntl(descriptor().fd(), Linux.F_SETFL, Linux.O_RDWR));
        }
        outcome = result;
        return result;
    }

    /**
     * Waits, of a pending connection, until another attempt may tell more, the channel is closed, the scope knows of an interrupt, or a
     * deadline of {@link Timeout} has passed.
     */
    public void awaitAttempt(OperationScope scope, Backoff backoff, long deadline) throws IOException {
        pause(scope, backoff, deadline);
    }

    /** What an attempt does: 0 when connected, {@code -EAGAIN} while that is open, or another error number negated. */
    int tryToConnect() throws SocketException {
        return connect();
    }

    /** How long a selector waits before its next attempt: longer each time. */
    public synchronized long retryDelayNanos() {
        if (backoff == null) {
            backoff = new Backoff();
        }
        return backoff.nextNanos();
    }

    /** From pending to connected, after an attempt that returned 0. */
    public void established() throws SocketException {
        if (local() == null) {
            local(ownName());
        }
        state = State.CONNECTED;
    }

    /** connect(2), which does not wait, also if a signal comes. */
    final int connect() throws SocketException {
        if (!descriptor().isShared()) {
            return connectNow(remote());
        }
        int before = Sockets.setNonBlocking(descriptor());
        if (before < 0) {
            return before;
        }
        try {
            return connectNow(remote());
        } finally {
            Sockets.setFlags(descriptor(), before);
        }
    }

    private int connectNow(SocketAddress target) throws SocketException {
        int result;
        do {
            result = callConnect(target);
        } while (result == -Errno.EINTR && !descriptor().isClosed());
        // After EINTR the first attempt may have done it.
        return result == -Errno.EISCONN ? 0 : result;
    }

    /** The name of a socket that has just been connected, and that nobody gave one. */
    SocketAddress ownName() throws SocketException {
        return UnixAddresses.UNNAMED;
    }

    /** connect(2), once: 0, or an error number negated. */
    int callConnect(SocketAddress target) throws SocketException {
        return Sockets.connect(descriptor(), family(), target);
    }
}
