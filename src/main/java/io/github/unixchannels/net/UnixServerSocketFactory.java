// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import javax.net.ServerSocketFactory;

/**
 * Makes sockets that listen at one AF_UNIX address. The port that they are asked for is ignored.
 *
 * <p>Thread safe.
 */
public final class UnixServerSocketFactory extends ServerSocketFactory {

    private final SocketAddress local;

    /**
     * A factory for the address that a text names.
     *
     * @param address a path, or an abstract name after {@code @}
     * @throws IllegalArgumentException if it is empty, or longer than an abstract name is
     * @throws java.nio.file.InvalidPathException if it is no path
     */
    public UnixServerSocketFactory(String address) {
        this(Addresses.parse(address));
    }

    /**
     * A factory for an address.
     *
     * @param local a {@link java.net.UnixDomainSocketAddress} or an {@link io.github.unixchannels.AbstractSocketAddress}
     * @throws IllegalArgumentException if it is neither, or names no socket
     */
    public UnixServerSocketFactory(SocketAddress local) {
        this.local = Addresses.requireName(local);
    }

    /**
     * Makes a socket that is not bound. Its {@code bind} binds it to the address of this factory if it is given null or an
     * {@link java.net.InetSocketAddress}, and to the address that it is given if that is of AF_UNIX.
     *
     * @return the socket
     */
    @Override
    public ServerSocket createServerSocket() throws IOException {
        return UnixServerSocket.withFixedAddress(local);
    }

    /**
     * Makes a socket that listens at the address of this factory.
     *
     * @param port not used
     * @return the socket
     * @throws IllegalArgumentException if the port is none of TCP
     * @throws IOException if binding fails; nothing is left open
     */
    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return listening(port, 0);
    }

    /**
     * As {@link #createServerSocket(int)}.
     *
     * @param backlog how many connections may wait to be accepted; 50 if less than 1
     */
    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return listening(port, backlog);
    }

    /**
     * As {@link #createServerSocket(int, int)}.
     *
     * @param ifAddress not used
     */
    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress ifAddress) throws IOException {
        return listening(port, backlog);
    }

    private ServerSocket listening(int port, int backlog) throws IOException {
        Addresses.requirePort(port);
        return new UnixServerSocket(local, backlog);
    }

    /**
     * Whether the other object is a factory for the same address. Libraries that keep connections, and RMI, compare factories.
     *
     * @param other anything
     * @return whether it is
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof UnixServerSocketFactory that && local.equals(that.local);
    }

    @Override
    public int hashCode() {
        return local.hashCode();
    }

    @Override
    public String toString() {
        return "UnixServerSocketFactory[" + local + "]";
    }
}
