// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;

/** What {@link Socket} has for TCP, options and addresses of the internet, and what stands for that here. */
abstract sealed class TcpLikeSocket extends Socket permits UnixSocket {

    private static final int MOST_LINGER_SECONDS = 65_535;

    private final InertOptions inert = InertOptions.ofSocket();
    private volatile int timeoutMillis;
    private volatile boolean urgentInline;

    TcpLikeSocket() throws SocketException {
        super((SocketImpl) null); // UnixSocket and this class override every method
    }

    /** The channel, opened if it was not. */
    abstract SocketChannel openedChannel() throws SocketException;

    final void requireOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    /** How long a read waits at most; 0: without limit. */
    final int timeoutMillis() {
        return timeoutMillis;
    }

    /**
     * Sets an option.
     *
     * @param name an option of {@link #supportedOptions}. One that only TCP has is remembered, and without effect
     * @param value its value
     * @return this socket
     * @throws NullPointerException if {@code name} is null
     * @throws SocketException if this socket is closed
     * @throws UnsupportedOperationException if this socket has no such option
     * @throws IllegalArgumentException if the option has no such value
     * @throws IOException if the kernel refuses it
     */
    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        Objects.requireNonNull(name);
        requireOpen();
        if (inert.has(name)) {
            inert.set(name, value);
            return this;
        }
        try {
            openedChannel().setOption(name, value);
        } catch (ClosedChannelException e) {
            throw Failures.ofSocket(e);
        }
        return this;
    }

    /**
     * The value of an option.
     *
     * @param name an option of {@link #supportedOptions}
     * @return its value; of an option that only TCP has the one that was set, otherwise false or 0
     * @throws NullPointerException if {@code name} is null
     * @throws SocketException if this socket is closed
     * @throws UnsupportedOperationException if this socket has no such option
     * @throws IOException if the kernel refuses it
     */
    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Objects.requireNonNull(name);
        requireOpen();
        if (inert.has(name)) {
            return inert.get(name);
        }
        try {
            return openedChannel().getOption(name);
        } catch (ClosedChannelException e) {
            throw Failures.ofSocket(e);
        }
    }

    /**
     * The options of the channel, and those standard ones that only TCP has.
     *
     * @return the options; none if this socket is closed
     */
    @Override
    public Set<SocketOption<?>> supportedOptions() {
        try {
            return inert.and(openedChannel().supportedOptions());
        } catch (SocketException e) {
            return Set.of();
        }
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
    public void setSoTimeout(int timeout) throws SocketException {
        requireOpen();
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout can't be negative: " + timeout);
        }
        timeoutMillis = timeout;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        requireOpen();
        return timeoutMillis;
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("SO_SNDBUF: " + size + " is not positive");
        }
        set(StandardSocketOptions.SO_SNDBUF, size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_SNDBUF);
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

    @Override
    public void setSoLinger(boolean on, int linger) throws SocketException {
        requireOpen();
        if (on && linger < 0) {
            throw new IllegalArgumentException("SO_LINGER: " + linger + " is negative");
        }
        set(StandardSocketOptions.SO_LINGER, on ? Math.min(linger, MOST_LINGER_SECONDS) : -1);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return get(StandardSocketOptions.SO_LINGER);
    }

    /** Remembers the value, which is without effect. */
    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        set(StandardSocketOptions.TCP_NODELAY, on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return get(StandardSocketOptions.TCP_NODELAY);
    }

    /** Remembers the value, which is without effect. */
    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return get(StandardSocketOptions.SO_KEEPALIVE);
    }

    /** Remembers the value, which is without effect. */
    @Override
    public void setTrafficClass(int tc) throws SocketException {
        InertOptions.requireTrafficClass(tc);
        set(StandardSocketOptions.IP_TOS, tc);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return get(StandardSocketOptions.IP_TOS);
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

    /** Remembers the value, which is without effect: there is no urgent data. */
    @Override
    public void setOOBInline(boolean on) throws SocketException {
        requireOpen();
        urgentInline = on;
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        requireOpen();
        return urgentInline;
    }

    /**
     * Refuses urgent data.
     *
     * @throws SocketException always
     */
    @Override
    public void sendUrgentData(int data) throws IOException {
        requireOpen();
        throw new SocketException("Urgent data not supported");
    }

    /** Does nothing: there is nothing to choose from. */
    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        // see above
    }

    /**
     * What stands for the peer's address.
     *
     * @return the loopback address; null if this socket was never connected
     */
    @Override
    public InetAddress getInetAddress() {
        return isConnected() ? InetAddress.getLoopbackAddress() : null;
    }

    /**
     * What stands for the local address.
     *
     * @return the loopback address; the wildcard address if this socket is closed or was never bound
     */
    @Override
    public InetAddress getLocalAddress() {
        return isBound() && !isClosed() ? InetAddress.getLoopbackAddress() : Addresses.none();
    }

    /**
     * What stands for the peer's port.
     *
     * @return 0
     */
    @Override
    public int getPort() {
        return 0;
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
}
