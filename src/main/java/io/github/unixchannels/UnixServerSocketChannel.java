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
 * <p>Closing the channel does not remove the file of a path it was bound to. When it is closed while registered with a selector, connecting
 * is refused at once. {@link #socket} throws {@link UnsupportedOperationException}.
 *
 * <p>Options: {@link java.net.StandardSocketOptions#SO_RCVBUF SO_RCVBUF} (of no effect in the kernel), and what accepted channels
 * have from this one: {@link UnixSocketOptions#SO_PASSCRED}, {@link UnixSocketOptions#SO_PASSPIDFD}, {@link UnixSocketOptions#SO_PASSSEC},
 * {@link UnixSocketOptions#SO_PASSRIGHTS}.
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
     * @throws IOException if anything else fails; if the process has no descriptor left, the connection goes on waiting
     */
    @Override
    public abstract UnixSocketChannel accept() throws IOException;
}
