// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * An AF_UNIX socket of type SOCK_DGRAM, as a selectable channel.
 *
 * <p>The channel does what {@link DatagramChannel} says, with the addresses of {@link UnixSocketChannel}. What is special to AF_UNIX:
 *
 * <ul>
 *   <li><b>No datagram is lost on its way, and the order stays.</b> If the queue of a receiver is full, a blocking {@code send} waits, and a
 *       non-blocking {@code send} returns 0.
 *   <li><b>The sender is never null.</b> A sender without a name is {@code UnixDomainSocketAddress.of("")}. The addresses of some dozens of
 *       senders are remembered, so that a known sender causes no garbage; the memory for senders does not grow with their number.
 *   <li><b>A channel needs no name to send.</b> {@link #send} and {@link #connect} bind an unbound channel to no name, without a system
 *       call; with {@link UnixSocketOptions#SO_PASSCRED} the kernel gives it a name. A sender without a name cannot be answered.
 *       {@link #receive} on an unbound channel that is not connected binds it as {@code bind(null)} does, because no datagram could reach it
 *       otherwise.
 *   <li><b>Empty datagrams</b> are sent by {@code send}, connected or not, and read as 0. A non-blocking {@code send} of an empty datagram
 *       returns 0 also if there was no room; {@code send} with an {@link AncillaryData} returns -1 then. A {@code write} without bytes
 *       sends nothing.
 *   <li><b>A datagram that does not fit</b> into the buffers is cut, and the rest is lost; {@link #receive(ByteBuffer, AncillaryData)} tells
 *       it. A {@code read} into buffers without room returns 0 and takes no datagram; a {@code receive} takes one all the same.
 *   <li><b>Ancillary data</b>, descriptors and the sender's credentials, are sent and received by {@code send} and {@code receive} with an
 *       {@link AncillaryData}. A {@code read}, and a {@code receive} without, let the kernel close the descriptors that came.
 *   <li><b>A datagram longer than the send buffer allows</b> (SO_SNDBUF less 32 bytes) is a {@link java.net.SocketException} that names
 *       both lengths.
 *   <li><b>A receiver that has gone</b> is a {@link java.net.PortUnreachableException}. If it was the peer of a connected channel, the
 *       channel is then no longer connected, and can be connected again. Only a send reports that a peer has gone: a {@code read} goes on
 *       waiting.
 *   <li><b>A channel that connects receives from its peer alone.</b> Datagrams that others sent before are dropped; those that the peer sent
 *       before are received. From then on the kernel refuses datagrams of others (EPERM).
 *   <li><b>Received datagrams that were not read</b> are dropped by the kernel when the channel is disconnected, and when a {@code write}
 *       finds that the peer has gone.
 *   <li><b>A blocking operation can have a timeout</b>: {@link UnixSocketOptions#SO_RCVTIMEO} and {@link UnixSocketOptions#SO_SNDTIMEO}. An
 *       operation whose time is over throws {@link java.net.SocketTimeoutException}.
 *   <li><b>OP_WRITE on a channel that is not connected</b>: the kernel has no event for room in the queue of a receiver. After a send that
 *       returned 0, OP_WRITE is not ready for 0.1 to 10 milliseconds, longer each time until a send to any receiver succeeds. A blocking
 *       send tries again after the same times. On a connected channel the kernel reports room in the peer's queue at once.
 *   <li><b>A channel with more than a quarter of its send buffer on its way</b> to receivers is not ready for OP_WRITE, although a send may
 *       find room (unix_writable).
 * </ul>
 *
 * <pre>{@code
 *   try (UnixDatagramChannel service = UnixDatagramChannel.open(); UnixDatagramChannel client = UnixDatagramChannel.open()) {
 *       service.bind(null); // an abstract name of the kernel's choice
 *       client.bind(null); // so that the service can answer
 *       client.send(ByteBuffer.wrap("question".getBytes()), service.getLocalAddress());
 *       SocketAddress sender = service.receive(ByteBuffer.allocate(100));
 *       service.send(ByteBuffer.wrap("answer".getBytes()), sender);
 *       ByteBuffer answer = ByteBuffer.allocate(100);
 *       client.receive(answer);
 *       System.out.println(new String(answer.array(), 0, answer.position())); // prints answer
 *   }
 * }</pre>
 *
 * <p>Channels are safe for use by several threads: one may receive while one sends. A channel that is unreachable is closed.
 * {@link #socket} and {@link #join} throw {@link UnsupportedOperationException}.
 *
 * <p>Options: {@link java.net.StandardSocketOptions#SO_SNDBUF SO_SNDBUF}, {@link java.net.StandardSocketOptions#SO_RCVBUF SO_RCVBUF} (of
 * no effect in the kernel), those of {@link UnixSocketOptions}, and {@code jdk.net.ExtendedSocketOptions.SO_PEERCRED} where the module
 * jdk.net is present.
 */
public abstract class UnixDatagramChannel extends DatagramChannel {

    /**
     * Two channels that are connected to each other.
     *
     * @param first one end
     * @param second the other end
     */
    public record Pair(UnixDatagramChannel first, UnixDatagramChannel second) implements Closeable {

        /** Closes both ends. */
        @Override
        public void close() throws IOException {
            try (second) {
                first.close();
            }
        }
    }

    /**
     * Initializes a channel.
     *
     * @param provider the provider that created it
     */
    protected UnixDatagramChannel(SelectorProvider provider) {
        super(provider);
    }

    /**
     * Opens a channel, neither bound nor connected and in blocking mode. It hides {@link DatagramChannel#open()}, which would open UDP.
     * System call: socket(2) with SOCK_CLOEXEC.
     *
     * @return the channel
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public static UnixDatagramChannel open() throws IOException {
        return open(UnixProtocolFamily.DGRAM);
    }

    /**
     * Opens a channel, as {@link #open()} does.
     *
     * @param family {@link UnixProtocolFamily#DGRAM}, or {@link java.net.StandardProtocolFamily#UNIX}
     * @return the channel
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public static UnixDatagramChannel open(ProtocolFamily family) throws IOException {
        return UnixSelectorProvider.provider().openUnixDatagramChannel(family);
    }

    /**
     * Opens a channel and binds it, as {@link #bindFile(SocketFile)} does.
     *
     * @param file the file that the channel is to own
     * @return the channel, bound, not connected and in blocking mode
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IOException if opening or binding fails; nothing is left open
     */
    public static UnixDatagramChannel open(SocketFile file) throws IOException {
        UnixDatagramChannel channel = open(UnixProtocolFamily.DGRAM);
        try {
            return channel.bindFile(file);
        } catch (Throwable failure) {
            try {
                channel.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    /**
     * Opens two channels that are connected to each other, both in blocking mode and without a name. System call: socketpair(2) with
     * SOCK_CLOEXEC.
     *
     * @return the two ends
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public static Pair pair() throws IOException {
        return UnixSelectorProvider.provider().openDatagramPair();
    }

    /**
     * Binds the channel, so that others can send to it. System call: bind(2).
     *
     * @param local a path that does not exist, an abstract name, or null or {@link AbstractSocketAddress#AUTOBIND} for an abstract name
     *     of the kernel's choice; an unnamed address binds it to no name, without a system call. The file that binding to a path creates
     *     stays when the channel is closed, unless {@link #bindFile(SocketFile)} is asked to remove it
     * @return this channel
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address
     * @throws java.nio.channels.AlreadyBoundException if it is bound, also if to no name
     * @throws java.net.SocketException if the path is too long; a {@link java.net.BindException} if the address is taken or permission is
     *     denied. The channel stays open and unbound
     * @throws IOException if anything else fails
     */
    @Override
    public abstract UnixDatagramChannel bind(SocketAddress local) throws IOException;

    /**
     * Binds the channel to a file that the channel owns. System calls: as {@link UnixServerSocketChannel#bindFile(SocketFile, int)}, without
     * listen(2).
     *
     * <p>If it throws an {@link IOException}, the channel is closed, no file of the channel is left, the lock is released, and no file of
     * another server was touched. Datagrams may arrive as soon as the file exists, for the mode that the file is made with is no wider
     * than the one that was asked for: set the options of {@link UnixSocketOptions} before.
     *
     * @param file the file, and what is to be done for it
     * @return this channel
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.AlreadyBoundException if it is bound, also if to no name
     * @throws IOException as {@link UnixServerSocketChannel#bindFile(SocketFile, int)}
     */
    public abstract UnixDatagramChannel bindFile(SocketFile file) throws IOException;

    @Override
    public abstract <T> UnixDatagramChannel setOption(SocketOption<T> name, T value) throws IOException;

    /**
     * Connects the channel, so that it sends to one peer and receives from that peer alone. The call waits until operations of other
     * threads end. System call: connect(2).
     *
     * @param remote a path or an abstract name to which a SOCK_DGRAM socket is bound
     * @return this channel
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address, or {@link AbstractSocketAddress#AUTOBIND}
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.AlreadyConnectedException if it is connected
     * @throws java.net.SocketException if the path is too long or missing (ENOENT), or the socket there is of another type (EPROTOTYPE) or
     *     connected elsewhere (EPERM); a {@link java.net.ConnectException} if no socket is bound there. The channel stays open and as it
     *     was
     * @throws IOException if anything else fails
     */
    @Override
    public abstract UnixDatagramChannel connect(SocketAddress remote) throws IOException;

    /**
     * Ends the connection, if there is one. What was received and not read is dropped by the kernel; the local address stays. System
     * call: connect(2) with AF_UNSPEC.
     *
     * @return this channel
     * @throws IOException if it fails
     */
    @Override
    public abstract UnixDatagramChannel disconnect() throws IOException;

    /**
     * Receives a datagram. System call: recvfrom(2).
     *
     * @param dst takes as much of the datagram as fits; the rest is lost
     * @return the sender's address, which may be unnamed; null if this channel is non-blocking and no datagram is there
     * @throws IllegalArgumentException if {@code dst} is read-only
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws java.net.PortUnreachableException if the peer has disconnected and dropped what this channel, connected to it, had sent
     *     (ECONNRESET); once, and what the peer had sent is received afterwards
     * @throws IOException if anything else fails
     */
    @Override
    public abstract SocketAddress receive(ByteBuffer dst) throws IOException;

    /**
     * Sends what remains in the buffer as one datagram, also if nothing remains. System call: sendto(2); on a connected channel send(2).
     *
     * @param src the datagram
     * @param target a path or an abstract name; the peer's, if the channel is connected
     * @return how many bytes: all, or 0 if this channel is non-blocking and there is no room
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address, or {@link AbstractSocketAddress#AUTOBIND}
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.AlreadyConnectedException if it is connected, and not to {@code target}
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws java.net.PortUnreachableException if no socket receives there (ECONNREFUSED, EPIPE), or as for {@link #receive} (ECONNRESET)
     * @throws java.net.SocketException if the datagram is longer than the send buffer allows (EMSGSIZE), or the target is missing (ENOENT),
     *     of another type (EPROTOTYPE), connected elsewhere (EPERM), or not permitted (EACCES). Nothing was sent, the buffer is as it was,
     *     and the channel stays open
     * @throws IOException if anything else fails
     */
    @Override
    public abstract int send(ByteBuffer src, SocketAddress target) throws IOException;

    /**
     * Sends what remains in the buffer, also if nothing remains, as one datagram to the peer, with ancillary data. System call: sendmsg(2);
     * send(2) if there are no ancillary data.
     *
     * @param src the datagram
     * @param ancillary the ancillary data to send with the datagram, which may be none; they are removed from there, unless this returns -1
     * @return how many bytes were sent; -1 if neither bytes nor ancillary data were sent: this channel is non-blocking, and there is no
     *     room, or more descriptors are on their way to receivers than this process may send (ETOOMANYREFS, at RLIMIT_NOFILE)
     * @throws IllegalArgumentException if {@code ancillary} is another library's
     * @throws java.util.ConcurrentModificationException if another thread uses {@code ancillary}
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws IOException if a descriptor that is to be sent is closed; if the kernel refuses the credentials (EPERM; EINVAL in a user
     *     namespace that does not map them), or the receiver refuses descriptors (EPERM: {@link UnixSocketOptions#SO_PASSRIGHTS});
     *     otherwise as {@link #send(ByteBuffer, SocketAddress)}. Nothing was sent
     */
    public abstract int send(ByteBuffer src, AncillaryData ancillary) throws IOException;

    /**
     * As {@link #send(ByteBuffer, AncillaryData)}, from several buffers, one after the other.
     *
     * @param srcs the datagram
     * @param ancillary the ancillary data to send with the datagram, which may be none; they are removed from there, unless this returns -1
     * @return how many bytes were sent; -1 if nothing was sent
     * @throws IOException likewise
     */
    public abstract long send(ByteBuffer[] srcs, AncillaryData ancillary) throws IOException;

    /**
     * As {@link #send(ByteBuffer, AncillaryData)}, to a target. System call: sendmsg(2); sendto(2) if there are no ancillary data.
     *
     * @param src the datagram
     * @param target a path or an abstract name; the peer's, if the channel is connected
     * @param ancillary the ancillary data to send with the datagram, which may be none; they are removed from there, unless this returns -1
     * @return how many bytes were sent; -1 if nothing was sent
     * @throws java.nio.channels.UnsupportedAddressTypeException if the target is no AF_UNIX address, or
     *     {@link AbstractSocketAddress#AUTOBIND}
     * @throws java.nio.channels.AlreadyConnectedException if the channel is connected, and not to {@code target}
     * @throws IOException likewise
     */
    public abstract int send(ByteBuffer src, SocketAddress target, AncillaryData ancillary) throws IOException;

    /**
     * Receives a datagram with ancillary data. System call: recvmsg(2).
     *
     * @param dst takes as much of the datagram as fits; the rest is lost: {@link MessageInfo#isTruncated}
     * @param ancillary takes the ancillary data; those of the datagram before are closed and removed
     * @return what was received, with its sender; null if this channel is non-blocking and no datagram is there. The object belongs to
     *     {@code ancillary}
     * @throws IllegalArgumentException if {@code dst} is read-only, or {@code ancillary} is another library's
     * @throws java.util.ConcurrentModificationException if another thread uses {@code ancillary}
     * @throws IOException as {@link #receive(ByteBuffer)}
     */
    public abstract MessageInfo receive(ByteBuffer dst, AncillaryData ancillary) throws IOException;

    /**
     * As {@link #receive(ByteBuffer, AncillaryData)}, into several buffers, one after the other.
     *
     * @param dsts take as much of the datagram as fits
     * @param ancillary takes the ancillary data; those of the datagram before are closed and removed
     * @return what was received; null if this channel is non-blocking and no datagram is there
     * @throws IOException likewise
     */
    public abstract MessageInfo receive(ByteBuffer[] dsts, AncillaryData ancillary) throws IOException;

    /**
     * Receives a datagram from a process that a check admits. Other datagrams are dropped, and the descriptors that came with them are
     * closed; their senders are not told.
     *
     * <p>In blocking mode it waits for the first that is admitted, and for no longer than SO_RCVTIMEO allows, however many are refused
     * meanwhile. In non-blocking mode it takes one datagram at most: OP_READ is ready
     * again while others wait.
     *
     * <p>Set {@link UnixSocketOptions#SO_PASSCRED} before the channel is bound, and for a check that asks for the process also
     * {@link UnixSocketOptions#SO_PASSPIDFD}. The check of {@link Peer#pidfd} and {@link Peer#pid} takes
     * {@link AncillaryData#takeSenderPidfd} out.
     *
     * @param dst takes as much of the datagram as fits; its position moves by {@link MessageInfo#length}
     * @param ancillary takes what came with the datagram
     * @param check whom to admit; asked by this thread
     * @return what was received; null if this channel is non-blocking, and no datagram is there or the one that was is refused
     * @throws IllegalStateException if the check asks what is not known because SO_PASSCRED or SO_PASSPIDFD is not set; the datagram is dropped
     * @throws UnsupportedOperationException if the check asks what this kernel cannot tell; the datagram is dropped
     * @throws IOException as {@link #receive(ByteBuffer, AncillaryData)}; or what the check throws, and the datagram is dropped
     */
    public abstract MessageInfo receive(ByteBuffer dst, AncillaryData ancillary, PeerCheck check) throws IOException;

    /**
     * Sends the datagrams of a batch, from its position up to its limit, in their order, and moves the position behind those that were
     * sent: each to its {@link MessageBatch#target}, or to the peer. System call: sendmmsg(2).
     *
     * <p>If a datagram cannot be sent, an exception says so, and the position is at that datagram; all datagrams before it were sent. The
     * kernel gives a reason only for the first datagram of a call, so another one is sent again, alone, to learn the reason. The kernel
     * reports only once that the peer has disconnected (ECONNRESET); in that case the report is lost. A receiver without room delays all
     * datagrams behind its own.
     *
     * @param batch the datagrams
     * @return how many datagrams were sent: all, or fewer, also 0, if this channel is non-blocking and there is no room for the next
     * @throws IllegalArgumentException if {@code batch} is another library's
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.NotYetConnectedException if it is not connected, and one of the datagrams has no target; nothing was sent
     * @throws java.nio.channels.AlreadyConnectedException if it is connected, and not to the target of one of the datagrams; nothing was
     *     sent
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws IOException as {@link #send(ByteBuffer, SocketAddress)}, of the datagram at the position
     */
    public abstract int send(MessageBatch batch) throws IOException;

    /**
     * Receives datagrams into a batch, from its position up to its limit, in their order, as many as are there, and moves the position
     * behind them. A receive in blocking mode waits for the first datagram. System call: recvmmsg(2), with MSG_WAITFORONE.
     *
     * <p>Bytes of a datagram that do not fit into its slot are lost: {@link MessageBatch#isTruncated}; ancillary data are lost too. After a
     * {@link #connect}, while the queue may have datagrams that others sent before, each receive takes one datagram. An exception comes
     * with the next receive after all datagrams that were received before it.
     *
     * @param batch takes the datagrams and {@linkplain MessageBatch#sender who sent them}
     * @return how many datagrams came; 0 if this channel is non-blocking and no datagram is there, or the batch has no room
     * @throws IllegalArgumentException if {@code batch} is another library's
     * @throws IOException as {@link #receive(ByteBuffer)}
     */
    public abstract int receive(MessageBatch batch) throws IOException;

    /**
     * Returns how long the next datagram is, and leaves the datagram where it is. In blocking mode the call waits for a datagram, as long as
     * {@link UnixSocketOptions#SO_RCVTIMEO} allows. System call: recv(2) with MSG_PEEK and MSG_TRUNC. An unbound channel that is not
     * connected is bound as {@link #receive(ByteBuffer)} binds it.
     *
     * @return how many bytes, 0 for an empty datagram; -1 if this channel is non-blocking and no datagram is there
     * @throws java.net.SocketTimeoutException if no datagram is there in the time that SO_RCVTIMEO allows
     * @throws IOException as {@link #receive(ByteBuffer)}
     */
    public abstract int nextMessageLength() throws IOException;
}
