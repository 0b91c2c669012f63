// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A connection of TCP. It is made by the kernel, which takes connect(2) as the order (EINPROGRESS) and reports the end by POLLOUT; how it
 * ended is SO_ERROR. The kernel tells it once, to the first of those that have the socket, so the peer's name is asked for too.
 */
public final class TcpConnection extends Connection {

    private boolean ordered;

    /** A connected socket, not O_NONBLOCK. */
    public TcpConnection(SocketDescriptor descriptor, SocketFamily family, SocketAddress local, SocketAddress remote) {
        this(descriptor, family, local, remote, State.CONNECTED);
    }

    /** A socket that has come so far already; null for a name that it does not have. */
    public TcpConnection(SocketDescriptor descriptor, SocketFamily family, SocketAddress local, SocketAddress remote, State state) {
        super(descriptor, family, null, local, remote, state);
        this.ordered = state == State.PENDING;
    }

    @Override
    public boolean awaitsBacklog() {
        return false;
    }

    @Override
    int tryToConnect() throws SocketException {
        if (!ordered) {
            ordered = true;
            return connect();
        }
        if (Waiting.poll(descriptor(), Linux.POLLOUT, 0) == 0) {
            return -Errno.EAGAIN;
        }
        int error = descriptor().getOption(Linux.SOL_SOCKET, Linux.SO_ERROR);
        if (error != 0) {
            return -Math.abs(error);
        }
        return Sockets.peerNameIfConnected(descriptor(), family()) == null ? -Errno.ENOTCONN : 0;
    }

    @Override
    int callConnect(SocketAddress target) throws SocketException {
        int result = super.callConnect(target);
        return switch (-result) {
            case Errno.EINPROGRESS, Errno.EALREADY, Errno.EINTR -> -Errno.EAGAIN;
            default -> result;
        };
    }

    @Override
    public void awaitAttempt(OperationScope scope, Backoff backoff, long deadline) throws IOException {
        int result = awaitOutput(Timeout.millisLeft(deadline), () -> false);
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", this, result);
        }
    }

    /** {@inheritDoc} Either name may have been the wildcard, or the peer's unknown: now the kernel knows better. */
    @Override
    public void established() throws SocketException {
        local(ownName());
        InetSocketAddress peer = (InetSocketAddress) remote();
        if (peer == null || peer.getAddress().isAnyLocalAddress()) {
            remote(Sockets.peerNameIfConnected(descriptor(), family()));
        }
        super.established();
    }

    @Override
    SocketAddress ownName() throws SocketException {
        return Sockets.localName(descriptor(), family());
    }
}
