// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import java.util.Set;

/**
 * A listening socket of AF_UNIX as a {@link java.net.ServerSocket}.
 *
 * <p>This class does what {@link java.net.ServerSocket} specifies. {@link UnixSocket} says which addresses there are, and what a close, an
 * interrupt and an option do. {@link #getInetAddress} of a bound socket is the loopback address, and {@link #getLocalPort} is 0.
 *
 * <p>A close does not remove the file of a path that the socket was bound to. A socket on a channel that owns its file removes the file:
 * {@code UnixServerSocket.of(UnixServerSocketChannel.open(family, socketFile))}.
 *
 * <p>Server sockets are safe for use by several threads.
 */
public final class UnixServerSocket extends ServerSocket {

    private static final int DEFAULT_BACKLOG = 50;

    private final Listener listener;
    private final SocketAddress fixed; // null: none
    private final InertOptions inert = InertOptions.ofServer();

    /** Held by the thread that accepts. Close does not take it. */
    private final TurnLock acceptLock = new TurnLock();

    private volatile SocketAddress local; // null until bound
    private volatile int timeoutMillis;

    /**
     * A socket that is not bound, on a STREAM channel.
     *
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public UnixServerSocket() throws IOException {
        this(Listener.on(UnderlyingChannels.openServer()), null);
    }

    /**
     * A STREAM socket that listens.
     *
     * @param local where, as in {@link #bind(SocketAddress, int)}
     * @throws IOException if that fails; nothing is left open
     */
    public UnixServerSocket(SocketAddress local) throws IOException {
        this(local, 0);
    }

    /**
     * A STREAM socket that listens.
     *
     * @param local where, as in {@link #bind(SocketAddress, int)}
     * @param backlog as in {@link #bind(SocketAddress, int)}
     * @throws IOException if that fails; nothing is left open
     */
    public UnixServerSocket(SocketAddress local, int backlog) throws IOException {
        this();
        try {
            bind(Objects.requireNonNull(local), backlog);
        } catch (Throwable e) {
            Failures.closeAfter(e, this);
            throw e;
        }
    }

    private UnixServerSocket(Listener listener, SocketAddress fixed) {
        super(new UnusedSocket()); // every method is overridden
        this.listener = listener;
        this.fixed = fixed;
    }

    /** An unbound socket that takes any address of the internet for the given one. */
    static UnixServerSocket withFixedAddress(SocketAddress fixed) throws IOException {
        return new UnixServerSocket(Listener.on(UnderlyingChannels.openServer()), fixed);
    }

    /**
     * Makes a socket of a channel, with the rules of {@link UnixSocket#of}. The channel is of this library, STREAM or SEQPACKET, or of the
     * Java platform, and need not be bound.
     *
     * @param channel an AF_UNIX channel that is in no operation and in no selector
     * @return the socket, bound if the channel is
     * @throws IllegalArgumentException if the channel is not AF_UNIX
     * @throws IllegalStateException if it is registered with a selector
     * @throws ClosedChannelException if it is closed
     * @throws IOException if anything else fails; the channel stays open
     */
    public static UnixServerSocket of(ServerSocketChannel channel) throws IOException {
        UnderlyingChannels.requireUsable(channel, StandardSocketOptions.SO_REUSEADDR);
        UnixServerSocket socket = new UnixServerSocket(Listener.on(channel), null);
        socket.local = channel.getLocalAddress();
        return socket;
    }

    private void requireOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    /** As {@link #bind(SocketAddress, int)}, with a backlog of 50. */
    @Override
    public void bind(SocketAddress endpoint) throws IOException {
        bind(endpoint, DEFAULT_BACKLOG);
    }

    /**
     * Binds the socket and listens. A socket that a {@link UnixServerSocketFactory} made is bound to the address of the factory if {@code
     * endpoint} is null or a {@link java.net.InetSocketAddress}.
     *
     * @param endpoint a path that does not exist, or an abstract name; null for a name of the kernel's or the Java platform's choice
     * @param backlog how many connections may wait to be accepted; 50 if less than 1
     * @throws SocketException if this socket is closed or bound; a {@link java.net.BindException} if the address is taken
     * @throws IllegalArgumentException if {@code endpoint} is of another kind
     * @throws IOException if anything else fails; the socket stays open and unbound
     */
    @Override
    public void bind(SocketAddress endpoint, int backlog) throws IOException {
        requireOpen();
        if (isBound()) {
            throw new SocketException("bind(" + endpoint + "): Already bound: " + local);
        }
        SocketAddress target = endpoint == null ? fixed : Addresses.target("bind", endpoint, fixed);
        try {
            ServerSocketChannel channel = listener.channel();
            channel.bind(target, backlog < 1 ? DEFAULT_BACKLOG : backlog);
            local = channel.getLocalAddress();
        } catch (IOException e) {
            throw Failures.ofAddress("bind", target, e);
        } catch (UnsupportedAddressTypeException e) {
            throw Addresses.unsupported("bind", target);
        }
    }

    /**
     * Accepts a connection.
     *
     * @return a {@link UnixSocket}
     * @throws SocketException if this socket is closed, by another thread meanwhile too, or not bound
     * @throws java.net.SocketTimeoutException after the time of {@link #setSoTimeout} or, if that is 0, of the channel's
     *     {@link io.github.unixchannels.UnixSocketOptions#SO_RCVTIMEO}
     * @throws IOException if anything else fails
     */
    @Override
    public Socket accept() throws IOException {
        requireOpen();
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        int leftMillis = acceptLock.lock(timeoutMillis, "accept", local);
        try {
            return socketOf(listener.accept(leftMillis));
        } catch (IOException e) {
            if (e instanceof ClosedByInterruptException) {
                close();
            }
            throw Failures.ofSocket(e);
        } finally {
            acceptLock.unlock();
        }
    }

    private static UnixSocket socketOf(SocketChannel accepted) throws IOException {
        try {
            return UnixSocket.of(accepted);
        } catch (Throwable e) {
            accepted.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /**
     * The channel that this socket is on: see {@link #of}.
     *
     * @return the channel
     */
    @Override
    public ServerSocketChannel getChannel() {
        return listener.channel();
    }

    @Override
    public boolean isBound() {
        return local != null;
    }

    @Override
    public boolean isClosed() {
        return !listener.channel().isOpen();
    }

    /**
     * What stands for the local address.
     *
     * @return the loopback address; null if this socket was never bound
     */
    @Override
    public InetAddress getInetAddress() {
        return isBound() ? InetAddress.getLoopbackAddress() : null;
    }

    /**
     * What stands for the local port.
     *
     * @return 0; -1 if this socket was never bound
     */
    @Override
    public int getLocalPort() {
        return isBound() ? 0 : -1;
    }

    /**
     * This socket's name.
     *
     * @return a {@link java.net.UnixDomainSocketAddress} or an {@link io.github.unixchannels.AbstractSocketAddress}; null if this socket
     *     was never bound
     */
    @Override
    public SocketAddress getLocalSocketAddress() {
        return local;
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        requireOpen();
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout can't be negative: " + timeout);
        }
        timeoutMillis = timeout;
    }

    @Override
    public int getSoTimeout() throws IOException {
        requireOpen();
        return timeoutMillis;
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("SO_RCVBUF: " + size + " is not positive");
        }
        set(StandardSocketOptions.SO_RCVBUF, size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_RCVBUF);
    }

    /** Remembers the value, which is without effect. */
    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return get(StandardSocketOptions.SO_REUSEADDR);
    }

    private <T> void set(SocketOption<T> name, T value) throws SocketException {
        try {
            setOption(name, value);
        } catch (IOException e) {
            throw Failures.asSocketException(e);
        }
    }

    private <T> T get(SocketOption<T> name) throws SocketException {
        try {
            return getOption(name);
        } catch (IOException e) {
            throw Failures.asSocketException(e);
        }
    }

    @Override
    public <T> ServerSocket setOption(SocketOption<T> name, T value) throws IOException {
        Objects.requireNonNull(name);
        requireOpen();
        if (inert.has(name)) {
            inert.set(name, value);
            return this;
        }
        try {
            listener.channel().setOption(name, value);
        } catch (ClosedChannelException e) {
            throw Failures.ofSocket(e);
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Objects.requireNonNull(name);
        requireOpen();
        if (inert.has(name)) {
            return inert.get(name);
        }
        try {
            return listener.channel().getOption(name);
        } catch (ClosedChannelException e) {
            throw Failures.ofSocket(e);
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return isClosed() ? Set.of() : inert.and(listener.channel().supportedOptions());
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        // nothing to choose from
    }

    @Override
    public String toString() {
        return "UnixServerSocket[" + (isBound() ? local : "unbound") + "]";
    }
}
