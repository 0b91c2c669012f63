// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.address.UnixAddresses;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyConnectedException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the kernel and this library do with a few SOCK_DGRAM sockets: who may send to whom, what waits in which queue, and what is dropped.
 *
 * <p>Rests on unix_may_send (a socket that is connected is sent to by its peer alone), unix_dgram_sendmsg (the queue of a socket that is
 * connected to the sender has no limit, nor has one's own; a peer that is closed ends the connection), unix_dgram_disconnected (whose
 * connection ends loses what it has not read, and leaves ECONNRESET with a peer that is connected to it) and unix_copy_addr (the sender's
 * name is that which it has when the datagram is received).
 */
final class DatagramModel {

    /** A datagram in a queue. */
    record Datagram(Socket from, byte[] content) {}

    /** One socket, from its opening until it is closed. */
    static final class Socket {

        /** Null while unbound. */
        SocketAddress name;

        /** Null while not connected. */
        Socket peer;

        boolean closed;

        /** Whether the next receive or send is told that its peer has disconnected. */
        boolean reset;

        final Deque<Datagram> queue = new ArrayDeque<>();

        SocketAddress nameOrUnnamed() {
            return name == null ? UnixAddresses.UNNAMED : name;
        }
    }

    private final int queueLength;

    /** @param queueLength how many datagrams a queue takes of those who are not its socket's peer */
    DatagramModel(int queueLength) {
        this.queueLength = queueLength;
    }

    /** The exception of a connect to whoever has that name, null for none; null if it succeeds. */
    Class<? extends Exception> connect(Socket socket, Socket target) {
        if (socket.peer != null) {
            return AlreadyConnectedException.class;
        }
        if (target == null) {
            return ConnectException.class;
        }
        if (!lets(target, socket)) {
            return SocketException.class;
        }
        bindToNone(socket);
        socket.peer = target;
        return null;
    }

    void disconnect(Socket socket) {
        Socket peer = socket.peer;
        if (peer == null) {
            return;
        }
        socket.peer = null;
        if (!socket.queue.isEmpty()) {
            socket.queue.clear();
            if (!peer.closed && peer.peer == socket) {
                peer.reset = true;
            }
        }
    }

    /** The exception of a send to the peer, or to whoever has the name; null if it succeeds or finds no room. */
    Class<? extends Exception> send(Socket socket, Socket target) {
        bindToNone(socket);
        if (socket.peer == null) {
            if (target == null) {
                return PortUnreachableException.class;
            }
            return lets(target, socket) ? null : SocketException.class;
        }
        if (socket.reset) {
            socket.reset = false;
            return PortUnreachableException.class;
        }
        if (!lets(socket.peer, socket)) {
            return SocketException.class;
        }
        if (socket.peer.closed) {
            disconnect(socket);
            return PortUnreachableException.class;
        }
        return null;
    }

    boolean hasRoom(Socket target, Socket sender) {
        return target == sender || target.peer == sender || target.queue.size() < queueLength;
    }

    /** Takes out what a receive receives; null if nothing is there. Not while there is a reset to tell. */
    Datagram receive(Socket socket) {
        Datagram datagram = socket.queue.poll();
        while (datagram != null && socket.peer != null && !isFrom(datagram, socket.peer)) {
            datagram = socket.queue.poll();
        }
        return datagram;
    }

    private static boolean isFrom(Datagram datagram, Socket peer) {
        return datagram.from().nameOrUnnamed().equals(peer.nameOrUnnamed());
    }

    void close(Socket socket) {
        socket.closed = true;
        socket.peer = null;
        socket.queue.clear();
    }

    private static boolean lets(Socket target, Socket sender) {
        return target.peer == null || target.peer == sender;
    }

    private static void bindToNone(Socket socket) {
        socket.name = socket.nameOrUnnamed();
    }
}
