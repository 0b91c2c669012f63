// SPDX-License-Identifier: Apache-2.0

/**
 * AF_UNIX sockets as {@link java.net.Socket} and {@link java.net.ServerSocket}, with their factories, for libraries that know no channels:
 * JDBC drivers, Redis clients, HTTP clients, RMI.
 *
 * <pre>{@code
 * SocketFactory factory = new UnixSocketFactory("/run/postgresql/.s.PGSQL.5432");
 * Socket socket = factory.createSocket("ignored", 5432);
 * }</pre>
 *
 * <p>{@link io.github.unixchannels.net.UnixSocket#of} makes a socket of any AF_UNIX {@link java.nio.channels.SocketChannel}, the Java
 * platform's own among them. On a platform that this library has no channels for, all sockets of this package are on the Java platform's
 * channels.
 *
 * <p>A method that takes a reference throws {@link java.lang.NullPointerException} for null unless it or the method that it overrides says
 * otherwise.
 */
package io.github.unixchannels.net;
