// SPDX-License-Identifier: Apache-2.0

/**
 * AF_UNIX sockets of type SOCK_STREAM, SOCK_SEQPACKET and SOCK_DGRAM as {@code java.nio.channels}.
 *
 * <p>{@link io.github.unixchannels.UnixSocketChannel} is a {@link java.nio.channels.SocketChannel},
 * {@link io.github.unixchannels.UnixServerSocketChannel} a {@link java.nio.channels.ServerSocketChannel},
 * {@link io.github.unixchannels.UnixDatagramChannel} a {@link java.nio.channels.DatagramChannel}, and the selector of
 * {@link io.github.unixchannels.UnixSelectorProvider} a {@link java.nio.channels.Selector}, which takes the Java platform's channels too.
 * Where the Java platform has a rule for its own Unix domain channels, or for datagrams, theirs is the same; what differs on purpose is
 * said where it differs.
 *
 * <p>Their {@code send} and {@code receive} with an {@link io.github.unixchannels.AncillaryData} pass what travels beside a message:
 * descriptors, each an {@link io.github.unixchannels.OwnedFd} that one owner closes, and who sent it. A
 * {@link io.github.unixchannels.MessageInfo} tells what was received. Who the peer is, and what is to come with messages, are
 * {@link io.github.unixchannels.UnixSocketOptions}.
 *
 * <p>A method that takes a reference throws {@link java.lang.NullPointerException} for null unless it says otherwise.
 */
package io.github.unixchannels;
