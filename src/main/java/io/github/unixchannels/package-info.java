// SPDX-License-Identifier: Apache-2.0

/**
 * AF_UNIX sockets of type SOCK_STREAM, SOCK_SEQPACKET and SOCK_DGRAM as {@code java.nio.channels}.
 *
 * <p>{@link io.github.unixchannels.UnixSocketChannel} is a {@link java.nio.channels.SocketChannel},
 * {@link io.github.unixchannels.UnixServerSocketChannel} a {@link java.nio.channels.ServerSocketChannel},
 * {@link io.github.unixchannels.UnixDatagramChannel} a {@link java.nio.channels.DatagramChannel}, and the selector of
 * {@link io.github.unixchannels.UnixSelectorProvider} a {@link java.nio.channels.Selector}. Where the Java platform has a rule for its own
 * Unix domain channels, or for datagrams, theirs is the same; what differs on purpose is said where it differs.
 *
 * <p>A method that takes a reference throws {@link java.lang.NullPointerException} for null unless it says otherwise.
 */
package io.github.unixchannels;
