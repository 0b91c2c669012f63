// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.channel.NativeDatagramChannel;
import io.github.unixchannels.channel.NativeServerSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.channel.TcpServerSocketChannel;
import io.github.unixchannels.channel.TcpSocketChannel;
import io.github.unixchannels.channel.UdpChannel;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.pipe.PipeEnds;
import io.github.unixchannels.pipe.PipeSink;
import io.github.unixchannels.pipe.PipeSource;
import io.github.unixchannels.pipe.PollableChannel;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.socket.ReceivedSocket;
import io.github.unixchannels.socket.TcpConnection;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * Channels of descriptors that came from elsewhere, and that others may hold too. Each method takes the number over if it returns; if it
 * throws, the number is the caller's still.
 */
public final class ReceivedChannels {

    private ReceivedChannels() {}

    /** Of a socket that does not listen, AF_UNIX or TCP. */
    public static SocketChannel socketChannel(SelectorProvider provider, Syscalls sys, FdOwnership fds, int fd)
            throws IOException {
        ReceivedSocket socket = new ReceivedSocket(sys, fd);
        if (socket.isListening() || socket.unixType() == null && !socket.isTcp()) {
            throw socket.refused("socket of AF_UNIX or TCP that is or can be connected");
        }
        return socket.isUnix() ? unixChannel(provider, fds, socket) : inetChannel(provider, socket);
    }

    private static SocketChannel unixChannel(SelectorProvider provider, FdOwnership fds, ReceivedSocket socket)
            throws IOException {
        SocketAddress local = socket.name();
        SocketAddress remote = socket.peer();
        Connection connection = remote == null
                ? new Connection(socket.descriptor(), fds, local, null, Connection.State.UNCONNECTED)
                : new Connection(socket.descriptor(), fds, local == null ? UnixAddresses.UNNAMED : local, remote);
        return new NativeSocketChannel(provider, socket.unixType(), connection);
    }

    private static SocketChannel inetChannel(SelectorProvider provider, ReceivedSocket socket) throws IOException {
        SocketAddress local = socket.name();
        SocketAddress remote = socket.peer();
        Connection.State state = remote != null ? Connection.State.CONNECTED : socket.inetStateWithoutPeer();
        return new TcpSocketChannel(
                provider, new TcpConnection(socket.descriptor(), socket.family(), local, remote, state));
    }

    /** Of a socket that listens or could, AF_UNIX or TCP. */
    public static ServerSocketChannel serverSocketChannel(SelectorProvider provider, Syscalls sys, FdOwnership fds, int fd)
            throws IOException {
        ReceivedSocket socket = new ReceivedSocket(sys, fd);
        if (socket.unixType() != null && (socket.isListening() || socket.peer() == null)) {
            SocketAddress local = socket.name();
            return new NativeServerSocketChannel(provider, fds, socket.unixType(), socket.listener(), local, socket.isListening());
        }
        if (socket.isTcp() && (socket.isListening() || isFresh(socket))) {
            SocketAddress local = socket.name();
            return new TcpServerSocketChannel(provider, socket.listener(), socket.family(), local, socket.isListening());
        }
        throw socket.refused("socket of AF_UNIX or TCP that listens, or could");
    }

    private static boolean isFresh(ReceivedSocket socket) throws IOException {
        return socket.peer() == null && socket.inetStateWithoutPeer() == Connection.State.UNCONNECTED;
    }

    /** Of a datagram socket, AF_UNIX or UDP. */
    public static DatagramChannel datagramChannel(SelectorProvider provider, Syscalls sys, FdOwnership fds, int fd)
            throws IOException {
        ReceivedSocket socket = new ReceivedSocket(sys, fd);
        if (!socket.isUdp() && !socket.isUnixDatagram()) {
            throw socket.refused("datagram socket of AF_UNIX or UDP");
        }
        SocketAddress local = socket.name();
        SocketAddress remote = socket.peer();
        SocketAddress own = local == null && remote != null ? socket.family().unnamed() : local;
        DatagramEndpoint endpoint = new DatagramEndpoint(socket.descriptor(), socket.family(), fds, own, remote);
        return socket.isUnix() ? new NativeDatagramChannel(provider, endpoint) : new UdpChannel(provider, endpoint);
    }

    /** Of the end of a pipe that is read from. */
    public static Pipe.SourceChannel pipeSource(SelectorProvider provider, Syscalls sys, FdOwnership fds, int fd) throws IOException {
        return new PipeSource(provider, PipeEnds.open(sys, fd, Linux.O_RDONLY));
    }

    /** Of the end of a pipe that is written to. */
    public static Pipe.SinkChannel pipeSink(SelectorProvider provider, Syscalls sys, FdOwnership fds, int fd) throws IOException {
        return new PipeSink(provider, PipeEnds.open(sys, fd, Linux.O_WRONLY));
    }

    /** Of what poll(2) can wait for; a {@link java.nio.channels.ByteChannel} if it can be read or written, and is no socket and no pipe. */
    public static SelectableChannel pollable(SelectorProvider provider, Syscalls sys, FdOwnership fds, int fd) throws IOException {
        return PollableChannel.open(provider, sys, fd);
    }
}
