// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Makes sockets that connect to one AF_UNIX address. The host and the port that they are asked for are ignored: no host name is looked up.
 *
 * <p>Thread safe.
 */
public final class UnixSocketFactory extends SocketFactory {

    private final SocketAddress remote;

    /**
     * A factory for the address that a text names. A library that makes factories by name calls it: pgjdbc with
     * {@code socketFactory=io.github.unixchannels.net.UnixSocketFactory&socketFactoryArg=/run/postgresql/.s.PGSQL.5432}.
     *
     * @param address a path, or an abstract name after {@code @}
     * @throws IllegalArgumentException if it is empty, or longer than an abstract name is
     * @throws java.nio.file.InvalidPathException if it is no path
     */
    public UnixSocketFactory(String address) {
        this(Addresses.parse(address));
    }

    /**
     * A factory for an address.
     *
     * @param remote a {@link java.net.UnixDomainSocketAddress} or an {@link io.github.unixchannels.AbstractSocketAddress}
     * @throws IllegalArgumentException if it is neither, or names no socket
     */
    public UnixSocketFactory(SocketAddress remote) {
        this.remote = Addresses.requireName(remote);
    }

    /**
     * Makes a socket that is not connected. Its {@code connect} goes to the address of this factory if it is given an {@link
     * java.net.InetSocketAddress}, resolved or not, and to the address that it is given if that is of AF_UNIX. Its {@code bind} to an
     * {@code InetSocketAddress} binds it to no name.
     *
     * @return the socket
     */
    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(remote, null);
    }

    /**
     * Makes a socket and connects it to the address of this factory.
     *
     * @param host not used
     * @param port not used
     * @return the socket
     * @throws IllegalArgumentException if the port is none of TCP
     * @throws IOException if connecting fails; nothing is left open
     */
    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(port);
    }

    /**
     * As {@link #createSocket(String, int)}.
     *
     * @param localHost not used
     * @param localPort not used
     */
    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        Addresses.requirePort(localPort);
        return connected(port);
    }

    /** As {@link #createSocket(String, int)}. */
    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(port);
    }

    /**
     * As {@link #createSocket(String, int)}.
     *
     * @param localAddress not used
     * @param localPort not used
     */
    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localAddress, int localPort) throws IOException {
        Addresses.requirePort(localPort);
        return connected(port);
    }

    private Socket connected(int port) throws IOException {
        Addresses.requirePort(port);
        Socket socket = createSocket();
        socket.connect(remote); // which closes it if it fails
        return socket;
    }

    /**
     * Whether the other object is a factory for the same address. Libraries that keep connections, and RMI, compare factories.
     *
     * @param other anything
     * @return whether it is
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof UnixSocketFactory that && remote.equals(that.remote);
    }

    @Override
    public int hashCode() {
        return remote.hashCode();
    }

    @Override
    public String toString() {
        return "UnixSocketFactory[" + remote + "]";
    }
}
