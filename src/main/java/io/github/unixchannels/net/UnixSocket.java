// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection of AF_UNIX as a {@link java.net.Socket}, for libraries that know no channels.
 *
 * <p>This class does what {@link java.net.Socket} specifies. What AF_UNIX adds or changes:
 *
 * <ul>
 *   <li><b>Addresses</b> are {@link java.net.UnixDomainSocketAddress} and {@link io.github.unixchannels.AbstractSocketAddress}. Libraries
 *       also ask for an internet address and a port: {@link #getInetAddress} of a connected socket and {@link #getLocalAddress} of a bound
 *       socket are the loopback address, and {@link #getPort} and {@link #getLocalPort} are 0.
 *   <li><b>Streams</b> are full duplex: a write waits for no read. On a SEQPACKET channel messages follow one another without a mark, the
 *       next read returns the rest of a message, an empty message is not the end of the stream, and one {@code write} is one message.
 *       {@code available} is the number of bytes that are queued, and at most 8 KiB on a channel of another library.
 *   <li><b>Timeouts</b> limit a read ({@link #setSoTimeout}) and a connect ({@link #connect(SocketAddress, int)}), which may wait for room
 *       in the backlog of the listener. A read that times out loses no byte, and the next read goes on. SO_SNDTIMEO limits a write, and a
 *       connect without a timeout; SO_RCVTIMEO limits a read without a timeout. Channels of other libraries do not have these options.
 *   <li><b>A close</b> by another thread ends a connect, a read and a write. The operation throws a {@link SocketException}: "Socket
 *       closed".
 *   <li><b>An interrupt</b> of a platform thread changes nothing, and the interrupt status stays set. An interrupt of a virtual thread that
 *       waits closes the socket. The operation throws a {@link SocketException}.
 *   <li><b>A connect that fails</b> closes the socket.
 *   <li><b>Options</b>: SO_SNDBUF, SO_RCVBUF, SO_LINGER and {@link io.github.unixchannels.UnixSocketOptions} are those of the channel. The
 *       options of TCP are remembered, and have no effect: {@code TCP_NODELAY} and all others that begin with {@code TCP_}, SO_KEEPALIVE,
 *       SO_REUSEADDR, SO_REUSEPORT, IP_TOS and {@link #setOOBInline}. Urgent data is refused.
 * </ul>
 *
 * <p>A socket that was not closed is closed after the socket, its streams and its channel have become unreachable, as the Java platform's
 * sockets are. On a channel of another library the socket stays open. Sockets are safe for use by several threads.
 */
public final class UnixSocket extends TcpLikeSocket {

    private final SocketAddress fixed; // null: none

    /** Held by the thread that connects or binds. Close does not take it. */
    private final ReentrantLock connectLock = new ReentrantLock();

    /** Guards the changes of the fields below. No thread holds it while it waits. */
    private final Object stateLock = new Object();

    private volatile Transport transport; // null until needed
    private volatile SocketAddress local; // null until bound
    private volatile SocketAddress remote; // null until connected
    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;
    private volatile boolean closed;
    private SocketInputStream input;
    private SocketOutputStream output;

    /**
     * A socket that is not connected, on a STREAM channel.
     *
     * @throws SocketException never
     */
    public UnixSocket() throws SocketException {
        this(null, null);
    }

    /**
     * A STREAM socket that is connected.
     *
     * @param remote where to, as in {@link #connect(SocketAddress, int)}
     * @throws IOException if connecting fails; nothing is left open
     */
    public UnixSocket(SocketAddress remote) throws IOException {
        this(null, null);
        connect(Objects.requireNonNull(remote));
    }

    /** A socket that takes any address of the internet for the fixed one, if that is not null. */
    UnixSocket(SocketAddress fixed, Transport transport) throws SocketException {
        this.fixed = fixed;
        this.transport = transport;
    }

    /**
     * Makes a socket of a channel. The channel belongs to the socket from then on: the socket's close closes the channel. The channel is of
     * this library, STREAM or SEQPACKET, or of the Java platform, and need not be connected.
     *
     * <p>The socket sets a channel of this library to blocking mode, and any other channel to non-blocking mode. If the mode is changed
     * later, the streams throw {@link java.nio.channels.IllegalBlockingModeException}. Nothing else may read the channel or write to it.
     * The channel's options, addresses and credentials may be asked for at any time.
     *
     * <p>A close of the channel closes the socket too. A thread that waits on a channel of another library does not learn of that close:
     * close the socket instead.
     *
     * @param channel an AF_UNIX channel that is in no operation and in no selector
     * @return the socket, connected if the channel is
     * @throws IllegalArgumentException if the channel is not AF_UNIX
     * @throws IllegalStateException if it is registered with a selector; a {@link ConnectionPendingException} if a connection is pending
     * @throws ClosedChannelException if it is closed
     * @throws IOException if anything else fails; the channel stays open
     */
    public static UnixSocket of(SocketChannel channel) throws IOException {
        UnderlyingChannels.requireUsable(channel, StandardSocketOptions.TCP_NODELAY);
        if (channel.isConnectionPending()) {
            throw new ConnectionPendingException();
        }
        UnixSocket socket = new UnixSocket(null, Transport.on(channel));
        socket.remote = channel.getRemoteAddress();
        socket.local = channel.getLocalAddress();
        return socket;
    }

    private void requireConnected() throws SocketException {
        requireOpen();
        if (!isConnected()) {
            throw new SocketException("Socket is not connected");
        }
    }

    @Override
    SocketChannel openedChannel() throws SocketException {
        return opened().channel();
    }

    /** Opened when first needed, as the Java platform's socket is: one that was made and dropped leaves nothing open. */
    private Transport opened() throws SocketException {
        Transport present = transport;
        if (present != null) {
            return present;
        }
        synchronized (stateLock) {
            requireOpen();
            if (transport == null) {
                try {
                    transport = Transport.on(UnderlyingChannels.openSocket());
                } catch (IOException e) {
                    throw Failures.asSocketException(e);
                }
            }
            return transport;
        }
    }

    /** What an operation threw, as a socket throws it. */
    IOException failed(IOException e) throws IOException {
        if (e instanceof ClosedByInterruptException) {
            close();
        } else if (e instanceof ClosedChannelException && !isClosed()) {
            return Failures.causedBy(e, new SocketException("Socket output is shutdown"));
        }
        return Failures.ofSocket(e);
    }

    /** As {@link #connect(SocketAddress, int)}, without a time limit. */
    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    /**
     * Connects. A socket that a {@link UnixSocketFactory} made goes to the address of the factory if {@code endpoint} is an
     * {@link InetSocketAddress}.
     *
     * @param endpoint a {@link java.net.UnixDomainSocketAddress} or an {@link io.github.unixchannels.AbstractSocketAddress}
     * @param timeout how many milliseconds to wait at most, 0: without limit
     * @throws IllegalArgumentException if {@code endpoint} is null or of another kind, or {@code timeout} is negative
     * @throws SocketException if this socket is closed, by another thread meanwhile too, or connected
     * @throws java.net.SocketTimeoutException if the time is over; the socket is closed then
     * @throws IOException if connecting fails, a {@link java.net.ConnectException} if nothing listens there or the path does not
     *         exist; the socket is closed then
     */
    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (endpoint == null) {
            throw new IllegalArgumentException("connect: The address can't be null");
        }
        if (timeout < 0) {
            throw new IllegalArgumentException("connect(" + endpoint + "): timeout can't be negative: " + timeout);
        }
        requireOpen();
        requireUnconnected(endpoint);
        SocketAddress target = Addresses.target("connect", endpoint, fixed);
        connectLock.lock();
        try {
            requireOpen();
            requireUnconnected(endpoint);
            Transport opened = opened();
            try {
                opened.connect(target, timeout);
                established(opened);
            } catch (UnsupportedAddressTypeException e) {
                throw Addresses.unsupported("connect", target); // by this channel
            } catch (IOException e) {
                Failures.closeAfter(e, this);
                throw Failures.ofConnect(target, e);
            }
        } finally {
            connectLock.unlock();
        }
    }

    private void requireUnconnected(SocketAddress endpoint) throws SocketException {
        if (isConnected()) {
            throw new SocketException("connect(" + endpoint + "): Already connected: " + remote);
        }
    }

    private void established(Transport opened) throws IOException {
        SocketAddress name = opened.channel().getLocalAddress();
        SocketAddress peer = opened.channel().getRemoteAddress();
        synchronized (stateLock) {
            if (closed) {
                throw new ClosedChannelException();
            }
            local = name;
            remote = peer;
        }
    }

    /**
     * Binds the socket, so that the peer can see a name.
     *
     * @param bindpoint as in {@link io.github.unixchannels.UnixSocketChannel#bind}, null for no name; of a socket that a {@link
     *     UnixSocketFactory} made also an {@link InetSocketAddress}, which is no name either
     * @throws SocketException if this socket is closed or bound; a {@link java.net.BindException} if the address is taken
     * @throws IllegalArgumentException if {@code bindpoint} is of another kind
     * @throws IOException if anything else fails; the socket stays open and unbound
     */
    @Override
    public void bind(SocketAddress bindpoint) throws IOException {
        requireOpen();
        connectLock.lock();
        try {
            requireOpen();
            if (isBound()) {
                throw new SocketException("bind(" + bindpoint + "): Already bound: " + local);
            }
            SocketAddress target = bindpoint == null || fixed != null && bindpoint instanceof InetSocketAddress ? null : bindpoint;
            if (target != null) {
                Addresses.requireUnix("bind", target);
            }
            SocketChannel channel = opened().channel();
            try {
                channel.bind(target);
                local = channel.getLocalAddress();
            } catch (IOException e) {
                throw Failures.ofAddress("bind", target, e);
            } catch (UnsupportedAddressTypeException e) {
                throw Addresses.unsupported("bind", target);
            }
        } finally {
            connectLock.unlock();
        }
    }

    /**
     * The peer's name.
     *
     * @return a {@link java.net.UnixDomainSocketAddress}, which has an empty path if the peer has no name, or an
     *     {@link io.github.unixchannels.AbstractSocketAddress}; null if this socket was never connected
     */
    @Override
    public SocketAddress getRemoteSocketAddress() {
        return remote;
    }

    /**
     * This socket's name.
     *
     * @return as {@link #getRemoteSocketAddress}; null if this socket was never bound nor connected
     */
    @Override
    public SocketAddress getLocalSocketAddress() {
        return local;
    }

    /**
     * The channel that this socket is on: see {@link #of}.
     *
     * @return the channel; null if none was needed yet
     */
    @Override
    public SocketChannel getChannel() {
        Transport present = transport;
        return present == null ? null : present.channel();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        requireConnected();
        if (isInputShutdown()) {
            throw new SocketException("Socket input is shutdown");
        }
        synchronized (stateLock) {
            if (input == null) {
                input = new SocketInputStream(this, transport);
            }
            return input;
        }
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        requireConnected();
        if (isOutputShutdown()) {
            throw new SocketException("Socket output is shutdown");
        }
        synchronized (stateLock) {
            if (output == null) {
                output = new SocketOutputStream(this, transport);
            }
            return output;
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        requireConnected();
        if (isInputShutdown()) {
            throw new SocketException("Socket input is already shutdown");
        }
        try {
            transport.channel().shutdownInput();
        } catch (IOException e) {
            throw failed(e);
        }
        inputShutdown = true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireConnected();
        if (isOutputShutdown()) {
            throw new SocketException("Socket output is already shutdown");
        }
        try {
            transport.shutdownOutput();
        } catch (IOException e) {
            throw failed(e);
        }
        outputShutdown = true;
    }

    @Override
    public void close() throws IOException {
        Transport present;
        synchronized (stateLock) {
            closed = true;
            present = transport;
        }
        if (present != null) {
            present.close();
        }
    }

    @Override
    public boolean isConnected() {
        return remote != null;
    }

    @Override
    public boolean isBound() {
        return local != null;
    }

    /**
     * Whether this socket, or its channel, was closed.
     *
     * @return whether it was
     */
    @Override
    public boolean isClosed() {
        Transport present = transport;
        return closed || present != null && !present.channel().isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    @Override
    public String toString() {
        return isConnected() ? "UnixSocket[remote=" + remote + ",local=" + local + "]" : "UnixSocket[unconnected]";
    }
}
