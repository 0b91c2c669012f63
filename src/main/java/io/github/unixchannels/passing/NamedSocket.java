// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.message.SocketQueries;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Finds the descriptor of a TCP or UDP channel of the Java platform by its addresses, whoever is using it meanwhile: a socket that can be
 * the channel's is its own if no other of this process can be, or if it alone shows what is set through the channel.
 *
 * @param type of the socket
 * @param listening whether it listens
 * @param local what the channel says
 * @param peer what the channel says; null if it is not connected
 */
record NamedSocket(int type, boolean listening, InetSocketAddress local, InetSocketAddress peer) {

    /** The sockets of which one is the channel's; none if it has no address, or its addresses change meanwhile. */
    static FoundSockets of(SelectableChannel channel, Syscalls sys) throws IOException {
        NamedSocket named = of(channel);
        if (named == null) {
            return FoundSockets.NONE;
        }
        FoundSockets found = FoundSockets.search(number -> named.canBe(number, sys), sys);
        if (found.count() > 1 && channel instanceof SocketChannel socket) {
            found = marked(found, socket, sys);
        }
        return named.equals(of(channel)) ? found : FoundSockets.NONE;
    }

    private static NamedSocket of(SelectableChannel channel) throws IOException {
        if (channel instanceof SocketChannel socket) {
            // While it is being connected, the channel's addresses are not yet those of the socket.
            return socket.isConnectionPending() ? null
                    : named(Linux.SOCK_STREAM, false, socket.getLocalAddress(), socket.isConnected() ? socket.getRemoteAddress() : null);
        }
        if (channel instanceof ServerSocketChannel server) {
            return named(Linux.SOCK_STREAM, true, server.getLocalAddress(), null);
        }
        return channel instanceof DatagramChannel datagram
                ? named(Linux.SOCK_DGRAM, false, datagram.getLocalAddress(), datagram.getRemoteAddress())
                : null;
    }

    private static NamedSocket named(int type, boolean listening, SocketAddress local, SocketAddress peer) {
        return local instanceof InetSocketAddress inet ? new NamedSocket(type, listening, inet, (InetSocketAddress) peer) : null;
    }

    /** Those that SO_KEEPALIVE changes on when it is changed on the channel, and changes back on: it restarts a timer of hours, no more. */
    private static synchronized FoundSockets marked(FoundSockets found, SocketChannel channel, Syscalls sys) throws IOException {
        boolean before = channel.getOption(StandardSocketOptions.SO_KEEPALIVE);
        FoundSockets changed;
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, !before);
        try {
            changed = found.narrow(number -> isKeptAlive(number, sys) != before);
        } finally {
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, before);
        }
        return changed.narrow(number -> isKeptAlive(number, sys) == before);
    }

    private static boolean isKeptAlive(int number, Syscalls sys) {
        return SocketQueries.option(number, Linux.SO_KEEPALIVE, sys) > 0;
    }

    private boolean canBe(int number, Syscalls sys) {
        InetSocketAddress name = SocketQueries.localName(number, sys);
        if (name == null || SocketQueries.option(number, Linux.SO_TYPE, sys) != type) {
            return false;
        }
        if (type == Linux.SOCK_DGRAM) {
            // It has no port for an instant while it is being disconnected, and its address comes and goes with the connection.
            return name.getPort() == local.getPort() || name.getPort() == 0;
        }
        if (!isSame(name, local) || SocketQueries.option(number, Linux.SO_ACCEPTCONN, sys) != (listening ? 1 : 0)) {
            return false;
        }
        // One that was reset has no peer any more, and its pair of addresses may by now be another socket's.
        InetSocketAddress actual = SocketQueries.peerName(number, sys);
        return actual == null || peer != null && isSame(actual, peer);
    }

    private static boolean isSame(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() == other.getPort()
                && (one.getAddress().equals(other.getAddress())
                        || one.getAddress().isAnyLocalAddress() && other.getAddress().isAnyLocalAddress());
    }
}
