// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;

/** What a socket is that came from elsewhere, and how far it has come. Nothing is taken over here. */
public final class ReceivedSocket {

    private final Syscalls sys;
    private final int fd;

    private final SocketDescriptor asked;

    private final int domain;
    private final int type;
    private final int protocol;
    private final boolean listening;

    /**
     * Asks what a descriptor is. System call: getsockopt(2).
     *
     * @throws UnsupportedOperationException if it is no socket
     */
    public ReceivedSocket(Syscalls sys, int fd) throws SocketException {
        this.sys = sys;
        this.fd = fd;
        this.asked = SocketDescriptor.toAsk(sys, fd);
        this.domain = option(Linux.SO_DOMAIN, "SO_DOMAIN");
        this.type = option(Linux.SO_TYPE, "SO_TYPE");
        this.protocol = option(Linux.SO_PROTOCOL, "SO_PROTOCOL");
        this.listening = option(Linux.SO_ACCEPTCONN, "SO_ACCEPTCONN") != 0;
    }

    private int option(int option, String name) throws SocketException {
        int value = asked.getOption(Linux.SOL_SOCKET, option);
        if (value == -Errno.ENOTSOCK) {
            throw new UnsupportedOperationException("fd=" + fd + " is no socket");
        }
        if (value < 0) {
            throw ErrnoExceptions.socket("getsockopt", "fd=" + fd + ", " + name, value);
        }
        return value;
    }

    public boolean isUnix() {
        return domain == Linux.AF_UNIX;
    }

    public boolean isListening() {
        return listening;
    }

    /** The family; null if no channel is made of such a socket. */
    public SocketFamily family() {
        return SocketFamily.of(domain);
    }

    /** Of AF_UNIX, the type of socket that is connected; null if this is none. */
    public SocketType unixType() {
        if (!isUnix()) {
            return null;
        }
        return switch (type) {
            case Linux.SOCK_STREAM -> SocketType.STREAM;
            case Linux.SOCK_SEQPACKET -> SocketType.SEQPACKET;
            default -> null;
        };
    }

    public boolean isTcp() {
        return isInet(Linux.SOCK_STREAM) && (protocol == Linux.IPPROTO_TCP || protocol == Linux.IPPROTO_MPTCP);
    }

    public boolean isUdp() {
        return isInet(Linux.SOCK_DGRAM) && protocol == Linux.IPPROTO_UDP;
    }

    public boolean isUnixDatagram() {
        return isUnix() && type == Linux.SOCK_DGRAM;
    }

    private boolean isInet(int ofType) {
        return type == ofType && (domain == Linux.AF_INET || domain == Linux.AF_INET6);
    }

    /** What it is, if not what was asked for. */
    public UnsupportedOperationException refused(String wanted) {
        return new UnsupportedOperationException("fd=" + fd + " is no " + wanted + ": domain=" + domain + ", type=" + type + ", protocol="
                + protocol + (listening ? ", listening" : ""));
    }

    /** A descriptor that others may hold too. It owns the number once a channel is made of it. */
    public SocketDescriptor descriptor() {
        SocketDescriptor descriptor = new SocketDescriptor(sys, fd);
        descriptor.share();
        return descriptor;
    }

    /** As {@link #descriptor}, of one that listens or is to. O_NONBLOCK is set, for all who hold it. */
    public SocketDescriptor listener() throws SocketException {
        SocketDescriptor descriptor = SocketDescriptor.ofListener(sys, fd);
        descriptor.share();
        int result = Sockets.setNonBlocking(descriptor);
        if (result < 0) {
            throw ErrnoExceptions.socket("fcntl", "fd=" + fd + ", F_SETFL, O_NONBLOCK", result);
        }
        return descriptor;
    }

    /** The name of the socket; null if it has none. */
    public SocketAddress name() throws SocketException {
        SocketAddress name = Sockets.localName(asked, family());
        return family().isUnbound(name) ? null : name;
    }

    /** The peer of the socket, which may be unnamed; null if it has none, or none any more. */
    public SocketAddress peer() throws SocketException {
        return Sockets.peerNameIfConnected(asked, family());
    }

    /**
     * How far a socket of TCP has come that has no peer's name. One whose connection was reset has none either, and one that is being
     * connected: of the three, poll(2) reports only the first as at its end (tcp_reset sets RCV_SHUTDOWN), and only a fresh one as hung
     * up without (tcp_poll).
     */
    public Connection.State inetStateWithoutPeer() throws IOException {
        int events = Waiting.poll(asked, Linux.POLLOUT | Linux.POLLRDHUP, 0);
        if (events < 0) {
            throw ErrnoExceptions.io("poll", "fd=" + fd, events);
        }
        if ((events & Linux.POLLRDHUP) != 0) {
            return Connection.State.CONNECTED;
        }
        return (events & Linux.POLLHUP) != 0 ? Connection.State.UNCONNECTED : Connection.State.PENDING;
    }
}
