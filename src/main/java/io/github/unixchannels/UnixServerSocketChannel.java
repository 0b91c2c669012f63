// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * A listening AF_UNIX socket, SOCK_STREAM or SOCK_SEQPACKET, as a selectable channel.
 *
 * <p>It does what {@link ServerSocketChannel} says of Unix domain channels, with addresses as {@link UnixSocketChannel} has them. Bound to
 * null it gets an abstract name from the kernel; opened with {@link StandardProtocolFamily#UNIX} it makes up a file in the temporary folder,
 * as the Java platform's channel does: {@code socket_} and a number, in the folder of the system or networking property
 * {@code jdk.net.unixdomain.tmpdir}, or else of {@code java.io.tmpdir}.
 *
 * <p>Closing the channel does not remove the file of a path it was bound to, unless that is asked for: {@link SocketFile}. When it is
 * closed while registered with a selector, connecting is refused at once. {@link #socket} throws {@link UnsupportedOperationException}.
 *
 * <p>Options: {@link java.net.StandardSocketOptions#SO_RCVBUF SO_RCVBUF} (of no effect in the kernel), and what accepted channels
 * have from this one: {@link UnixSocketOptions#SO_PASSCRED}, {@link UnixSocketOptions#SO_PASSPIDFD}, {@link UnixSocketOptions#SO_PASSSEC},
 * {@link UnixSocketOptions#SO_PASSRIGHTS}; and {@link UnixSocketOptions#SO_RCVTIMEO}, how long {@code accept} waits.
 */
public abstract class UnixServerSocketChannel extends ServerSocketChannel {

    /**
     * Initializes a channel.
     *
     * @param provider the provider that created it
     */
    protected UnixServerSocketChannel(SelectorProvider provider) {
        super(provider);
    }

    /**
     * Opens a STREAM channel, unbound and in blocking mode. It hides {@link ServerSocketChannel#open()}, which would open TCP.
     *
     * @return the channel
     * @throws IOException if the kernel has no descriptor or no memory left
     * @throws UnsupportedOperationException if this platform is not supported
     */
    public static UnixServerSocketChannel open() throws IOException {
        return open(UnixProtocolFamily.STREAM);
    }

    /**
     * Opens a channel, unbound and in blocking mode. System call: socket(2) with SOCK_CLOEXEC.
     *
     * @param family {@link UnixProtocolFamily#STREAM}, {@link UnixProtocolFamily#SEQPACKET}, or
     *     {@link StandardProtocolFamily#UNIX}, which is STREAM
     * @return the channel
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public static UnixServerSocketChannel open(ProtocolFamily family) throws IOException {
        return UnixSelectorProvider.provider().openUnixServerSocketChannel(family);
    }

    /**
     * Opens a channel and binds it, as {@link #bind(SocketAddress, int)} does with a backlog of 0. Unlike {@code open(family).bind(local)},
     * whose type is {@link ServerSocketChannel} for callers that have the channel as one, this returns the type that it says.
     *
     * @param family as in {@link #open(ProtocolFamily)}
     * @param local where to listen, as in {@link #bind(SocketAddress, int)}
     * @return the channel, bound and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws java.nio.channels.UnsupportedAddressTypeException if {@code local} is no AF_UNIX address
     * @throws IOException if opening or binding fails; nothing is left open
     */
    public static UnixServerSocketChannel open(ProtocolFamily family, SocketAddress local) throws IOException {
        UnixServerSocketChannel channel = open(family);
        try {
            return channel.bind(local, 0);
        } catch (Throwable failure) {
            close(channel, failure);
            throw failure;
        }
    }

    /**
     * Opens a channel and binds it, as {@link #bindFile(SocketFile)} does.
     *
     * @param family as in {@link #open(ProtocolFamily)}
     * @param file the file that the channel is to own
     * @return the channel, bound and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if opening or binding fails; nothing is left open
     */
    public static UnixServerSocketChannel open(ProtocolFamily family, SocketFile file) throws IOException {
        UnixServerSocketChannel channel = open(family);
        try {
            return channel.bindFile(file);
        } catch (Throwable failure) {
            close(channel, failure);
            throw failure;
        }
    }

    private static void close(UnixServerSocketChannel channel, Throwable failure) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * The socket type.
     *
     * @return what the channel was opened as, and what the channels it accepts are
     */
    public abstract UnixProtocolFamily family();

    /**
     * Binds the channel and listens. System calls: bind(2), listen(2).
     *
     * @param local a path that does not exist, an abstract name, {@link AbstractSocketAddress#AUTOBIND} for an abstract name of the
     *     kernel's choice, or null: for such a name too, but for a file in the temporary folder if the channel was opened with
     *     {@link StandardProtocolFamily#UNIX}
     * @param backlog how many connections may wait to be accepted; 50 if less than 1. One more than this number may wait, and the kernel
     *     reduces it to {@code net.core.somaxconn}
     * @return this channel
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.AlreadyBoundException if it is bound
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address
     * @throws java.net.SocketException if the path is too long; a {@link java.net.BindException} if the address is unnamed or taken, or
     *     permission is denied. The channel stays open and unbound
     * @throws IOException if anything else fails
     */
    @Override
    public abstract UnixServerSocketChannel bind(SocketAddress local, int backlog) throws IOException;

    /**
     * Binds the channel to a file that the channel owns, and listens, as {@link #bindFile(SocketFile, int)} does with a backlog of 0.
     *
     * @param file the file, and what is to be done for it
     * @return this channel
     * @throws IOException as {@link #bindFile(SocketFile, int)}
     */
    public UnixServerSocketChannel bindFile(SocketFile file) throws IOException {
        return bindFile(file, 0);
    }

    /**
     * Binds the channel to a file that the channel owns, and listens. System calls, in this order and as far as the file asks for them:
     * getgrnam_r(3), mkdir(2), open(2) of the folder, openat(2) and flock(2) of the lock's file, fchmod(2) of the socket, bind(2),
     * unlinkat(2) of a stale file, fchownat(2), fchmodat2(2), listen(2).
     *
     * <p>If it throws an {@link IOException}, the channel is closed, no file of the channel is left, the lock is released, and no file of
     * another server was touched.
     *
     * @param file the file, and what is to be done for it
     * @param backlog as in {@link #bind(SocketAddress, int)}
     * @return this channel
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.AlreadyBoundException if it is bound
     * @throws IOException if there is no such group
     * @throws java.nio.file.FileSystemException if the folder is missing, is no folder, cannot be made or opened, or may be written to by
     *     others; if the file of the lock cannot be opened; or if the kernel refuses the group or the mode, or made the file with another
     *     mode than the socket's
     * @throws java.net.BindException if another server has the lock (EAGAIN); if the path is taken (EADDRINUSE), and is no stale socket or
     *     is not to be replaced; or if permission is denied (EACCES)
     * @throws java.net.SocketException if the path is too long, or anything else fails
     */
    public abstract UnixServerSocketChannel bindFile(SocketFile file, int backlog) throws IOException;

    @Override
    public abstract <T> UnixServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException;

    /**
     * Accepts a connection. System call: accept4(2) with SOCK_CLOEXEC.
     *
     * @return the connection, always in blocking mode; null if this channel is non-blocking and no connection waits
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.NotYetBoundException if it is not bound
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws java.net.SocketTimeoutException if this channel is blocking and there is no connection in the time that
     *     {@link UnixSocketOptions#SO_RCVTIMEO} allows
     * @throws IOException if anything else fails; if the process has no descriptor left, the connection goes on waiting
     */
    @Override
    public abstract UnixSocketChannel accept() throws IOException;

    /**
     * Accepts a connection from a process that a check admits. Other connections are closed.
     *
     * <p>In blocking mode it waits for the first that is admitted, and for no longer than SO_RCVTIMEO allows, however many are refused
     * meanwhile. In non-blocking mode it accepts one connection at most, so that those who
     * are refused cannot keep the thread: OP_ACCEPT is ready again while others wait.
     *
     * <p>A process that is refused has connected all the same, for the kernel lets it: its connect succeeds. It then meets the end of the
     * stream, or, if it has sent something by then, its next read fails once with ECONNRESET, "Connection reset". Its writes fail with EPIPE.
     *
     * @param check whom to admit; asked by this thread
     * @return the connection, always in blocking mode; null if this channel is non-blocking, and no process waits
     *     or the one that did is refused
     * @throws UnsupportedOperationException if the check asks what this kernel cannot tell; the connection is closed
     * @throws IOException as {@link #accept()}; or what the check throws, and the connection is closed
     */
    public abstract UnixSocketChannel accept(PeerCheck check) throws IOException;
}
