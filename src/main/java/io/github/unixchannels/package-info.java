// SPDX-License-Identifier: Apache-2.0

/**
 * AF_UNIX sockets of type SOCK_STREAM, SOCK_SEQPACKET and SOCK_DGRAM as {@code java.nio.channels}.
 *
 * <p>{@link io.github.unixchannels.UnixSocketChannel} is a {@link java.nio.channels.SocketChannel},
 * {@link io.github.unixchannels.UnixServerSocketChannel} a {@link java.nio.channels.ServerSocketChannel}, and
 * {@link io.github.unixchannels.UnixDatagramChannel} a {@link java.nio.channels.DatagramChannel}. The selector of
 * {@link io.github.unixchannels.UnixSelectorProvider} is a {@link java.nio.channels.Selector}, which takes the Java platform's channels too.
 * The channels keep the rules that the Java platform has for its own Unix domain channels, and for datagrams. Each class says where it
 * differs on purpose.
 *
 * <pre>{@code
 *   AbstractSocketAddress address = AbstractSocketAddress.of("greeter-" + ProcessHandle.current().pid());
 *   try (UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET)) {
 *       server.bind(address);
 *       try (UnixSocketChannel client = UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET, address);
 *               UnixSocketChannel accepted = server.accept()) {
 *           client.write(ByteBuffer.wrap("hello".getBytes()));
 *           System.out.println(accepted.read(ByteBuffer.allocate(100)) + " bytes"); // prints 5 bytes
 *       }
 *   }
 * }</pre>
 *
 * <p>{@code send} and {@code receive} with an {@link io.github.unixchannels.AncillaryData} pass ancillary data with a message: descriptors,
 * each an {@link io.github.unixchannels.OwnedFd} that one owner closes, and the sender's credentials. A
 * {@link io.github.unixchannels.MessageInfo} tells what was received. {@link io.github.unixchannels.UnixSocketOptions} tell who the peer is,
 * and choose what comes with messages.
 *
 * <p>In non-blocking mode an operation that would wait returns a value that says so:
 *
 * <table class="striped">
 *   <caption>What an operation returns without room, or without anything to receive</caption>
 *   <thead>
 *     <tr><th scope="col">Method</th><th scope="col">No room to send</th><th scope="col">Nothing to receive</th></tr>
 *   </thead>
 *   <tbody>
 *     <tr><th scope="row">{@code write}</th><td>0</td><td></td></tr>
 *     <tr><th scope="row">{@code send(ByteBuffer, SocketAddress)}</th><td>0</td><td></td></tr>
 *     <tr><th scope="row">{@code send} with {@code AncillaryData}</th><td>-1; 0 is an empty message that was sent</td><td></td></tr>
 *     <tr><th scope="row">{@code send(MessageBatch)}</th><td>the number of messages sent, also 0</td><td></td></tr>
 *     <tr><th scope="row">{@code read}</th><td></td><td>0; -1 is the end</td></tr>
 *     <tr><th scope="row">{@code receive(ByteBuffer)}</th><td></td><td>null</td></tr>
 *     <tr><th scope="row">{@code receive} with {@code AncillaryData}</th><td></td><td>null</td></tr>
 *     <tr><th scope="row">{@code receive(MessageBatch)}</th><td></td><td>0; -1 is the end</td></tr>
 *     <tr><th scope="row">{@code nextMessageLength}</th><td></td><td>-1, as at the end</td></tr>
 *     <tr><th scope="row">{@code nextMessageLength}</th><td></td><td>-1, as at the end</td></tr>
 *     <tr><th scope="row">{@code accept}</th><td></td><td>null</td></tr>
 *   </tbody>
 * </table>
 *
 * <p>A method that takes a reference throws {@link java.lang.NullPointerException} for null unless it says otherwise.
 */
package io.github.unixchannels;
