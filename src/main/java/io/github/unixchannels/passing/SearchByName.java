// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.socket.SocketQueries;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.stream.IntStream;

/**
 * Finds the descriptor of a TCP or UDP channel of the Java platform by its addresses, also while other threads use the channel: a socket that can be
 * the channel's is its own if no other of this process can be, or if it alone shows what is set through the channel.
 *
 * @param type of the socket
 * @param listening whether it listens
 * @param local what the channel says
 * @param peer what the channel says; null if it is not connected
 */
record SearchByName(int type, boolean listening, InetSocketAddress local, InetSocketAddress peer) {

    /** The sockets of which one is the channel's; none if it has no address, or its addresses change meanwhile. */
    static FoundSockets of(SelectableChannel channel, Syscalls sys) throws IOException {
        SearchByName named = of(channel);
        if (named == null) {
            return FoundSockets.NONE;
        }
        FoundSockets found = named.markedAmong(LikelyNumbers.of(channel, sys), channel, sys);
        if (found.count() != 1 && Mark.of(channel) != null) {
            // Most are in use, and to ask for each costs less than to have them listed.
            found = named.markedAmong(IntStream.range(0, ProcessDescriptors.lowestFree(sys)).toArray(), channel, sys);
        }
        if (found.count() != 1) {
            found = FoundSockets.search(ProcessDescriptors.numbers(), number -> named.canBe(number, sys), sys);
            found = found.count() > 1 && Mark.of(channel) != null ? marked(found, channel, sys) : found;
        }
        return named.equals(of(channel)) ? found : FoundSockets.NONE;
    }

    /** The channel's among some numbers. Other sockets may have the addresses too, so only the mark is a proof. */
    private FoundSockets markedAmong(int[] numbers, SelectableChannel channel, Syscalls sys) throws IOException {
        FoundSockets found = FoundSockets.search(numbers, number -> canBe(number, sys), sys);
        return found.count() > 0 ? marked(found, channel, sys) : found;
    }

    private static SearchByName of(SelectableChannel channel) throws IOException {
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

    private static SearchByName named(int type, boolean listening, SocketAddress local, SocketAddress peer) {
        return local instanceof InetSocketAddress inet ? new SearchByName(type, listening, inet, (InetSocketAddress) peer) : null;
    }

    /** An option that a channel can change for an instant without a harm, and that the kernel shows of each socket. */
    private record Mark(NetworkChannel channel, SocketOption<Boolean> name, int number) {

        /** The mark for a channel, or null if the channel can have none now. */
        static Mark of(SelectableChannel channel) throws IOException {
            if (channel instanceof SocketChannel socket) {
                // It restarts a timer of hours, no more.
                return new Mark(socket, StandardSocketOptions.SO_KEEPALIVE, Linux.SO_KEEPALIVE);
            }
            // One that may send to broadcast addresses must be able to all the time.
            return channel instanceof DatagramChannel datagram && !datagram.getOption(StandardSocketOptions.SO_BROADCAST)
                    ? new Mark(datagram, StandardSocketOptions.SO_BROADCAST, Linux.SO_BROADCAST)
                    : null;
        }

        void set(boolean value) throws IOException {
            channel.setOption(name, value);
        }

        boolean isSet() throws IOException {
            return channel.getOption(name);
        }

        boolean isSet(int socket, Syscalls sys) {
            return SocketQueries.option(socket, number, sys) > 0;
        }
    }

    /** Those that the mark changes on when it is changed on the channel, and changes back on. */
    private static synchronized FoundSockets marked(FoundSockets found, SelectableChannel channel, Syscalls sys) throws IOException {
        Mark mark = Mark.of(channel);
        if (mark == null) {
            return FoundSockets.NONE;
        }
        boolean before = mark.isSet();
        FoundSockets unchanged = found.narrow(number -> mark.isSet(number, sys) == before);
        FoundSockets changed;
        mark.set(!before);
        try {
            changed = unchanged.narrow(number -> mark.isSet(number, sys) != before);
        } finally {
            mark.set(before);
        }
        return changed.narrow(number -> mark.isSet(number, sys) == before);
    }

    private boolean canBe(int number, Syscalls sys) {
        if (!hasPorts(number, sys)) {
            return false;
        }
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

    /** Whether the ports are possible: what most sockets fail at, and what costs least to ask for. */
    private boolean hasPorts(int number, Syscalls sys) {
        int localPort = SocketQueries.localPort(number, sys);
        if (type == Linux.SOCK_DGRAM) {
            return localPort == local.getPort() || localPort == 0;
        }
        if (localPort != local.getPort()) {
            return false;
        }
        int peerPort = peer == null ? -1 : SocketQueries.peerPort(number, sys);
        return peerPort < 0 || peerPort == peer.getPort();
    }

    private static boolean isSame(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() == other.getPort()
                && (one.getAddress().equals(other.getAddress())
                        || one.getAddress().isAnyLocalAddress() && other.getAddress().isAnyLocalAddress());
    }
}
