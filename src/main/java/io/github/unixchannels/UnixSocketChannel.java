// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * A connected AF_UNIX socket, SOCK_STREAM or SOCK_SEQPACKET, as a selectable channel.
 *
 * <p>It does what {@link SocketChannel} says of Unix domain channels. Beyond that:
 *
 * <ul>
 *   <li><b>Addresses</b> are {@link java.net.UnixDomainSocketAddress} for paths and for sockets without a name, and
 *       {@link AbstractSocketAddress} for abstract names. A path may use all 108 bytes that the kernel takes. A relative path is resolved
 *       as {@link java.nio.file.Files} resolves it: against the folder that {@code user.dir} named when the JVM started, if that is not
 *       the working directory. Texts show addresses with what is not printable escaped as {@code \xNN}.
 *   <li><b>A failed system call</b> is an exception of {@code java.nio} or {@code java.net} with an {@link ErrnoException} as its cause.
 *   <li><b>A write on SEQPACKET is one message</b>, however many buffers it gathers, or an exception, never a part. A message longer than
 *       the send buffer allows (SO_SNDBUF less 32 bytes) is an {@link IOException} that names both; nothing is sent, the buffers are as
 *       they were, and the channel stays open. A non-blocking write that finds no room returns 0. A write without bytes returns 0 and
 *       sends nothing.
 *   <li><b>What travels beside a message</b>, descriptors and who sent it, goes and comes with it in
 *       {@link #send(ByteBuffer, AncillaryData)} and {@link #receive(ByteBuffer, AncillaryData)}. A {@code read} has the kernel close
 *       descriptors that came with what it reads.
 *   <li><b>A read on SEQPACKET loses nothing and joins nothing.</b> When a message is longer than the buffers, the next reads return
 *       the rest, before the next message; the selector counts it as readable. A message that outgrows even the space set aside for
 *       that (8 MiB beyond the buffers, more than Linux sends with pages of 4 KiB) is an {@link IOException}.
 *   <li><b>An empty message reads as 0</b> in non-blocking mode, and the end of the stream as -1. A blocking read with room waits for a
 *       byte: it passes over empty messages, so that the streams of {@link java.nio.channels.Channels} do not take one for the end. Of
 *       empty messages that the peer sends last before it closes or shuts down its output, a read makes the end; a {@code receive} never
 *       does.
 *   <li><b>A buffer's position and limit are read once</b>, when an operation begins, and its position is set when it ends: a thread that
 *       moves the buffer meanwhile makes no operation leave the buffer's memory.
 *   <li><b>Memory that can be given back</b>, that of an arena of {@code java.lang.foreign}, and a mapped file that was shortened harm nobody
 *       else: the kernel is never given an address of an arena's memory. If the arena is closed while an operation waits, the operation
 *       throws {@link IllegalStateException}; if a part of the file is gone, an {@link IOException}. What was received by then is
 *       returned by the next read. On SEQPACKET a message that was to be received into the mapped file itself is gone.
 *   <li><b>What the peer sent before it reset the connection is delivered first</b>; then reads throw {@link java.net.SocketException}: on
 *       SEQPACKET every one, on STREAM unless a write was told of the reset before.
 *   <li><b>A non-blocking connect to a listener whose backlog is full</b> returns false and stays pending. A selector reports
 *       OP_CONNECT once it has succeeded or failed; {@link #finishConnect} tries it again.
 *   <li><b>A write after shutdownOutput</b> throws {@link java.nio.channels.ClosedChannelException} itself.
 *   <li><b>Streams</b> are {@link #inputStream} and {@link #outputStream}. Those of {@link java.nio.channels.Channels} cannot be used in
 *       both directions at once: a write waits for a read in progress.
 * </ul>
 *
 * <p>A channel that is unreachable and was not closed stays open, as the Java platform's does: its descriptor is lost.
 *
 * <p>Channels are safe for use by several threads: one may read while one writes. {@link #socket} throws
 * {@link UnsupportedOperationException}.
 *
 * <p>Options: {@link java.net.StandardSocketOptions#SO_SNDBUF SO_SNDBUF}, {@link java.net.StandardSocketOptions#SO_RCVBUF SO_RCVBUF} (of no
 * effect in the kernel), {@link java.net.StandardSocketOptions#SO_LINGER SO_LINGER}, those of {@link UnixSocketOptions}, and
 * {@code jdk.net.ExtendedSocketOptions.SO_PEERCRED} where the module jdk.net is present.
 */
public abstract class UnixSocketChannel extends SocketChannel {

    /**
     * Two channels that are connected to each other.
     *
     * @param first one end
     * @param second the other end
     */
    public record Pair(UnixSocketChannel first, UnixSocketChannel second) implements Closeable {

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
    protected UnixSocketChannel(SelectorProvider provider) {
        super(provider);
    }

    /**
     * Opens a STREAM channel, unconnected and in blocking mode. It hides {@link SocketChannel#open()}, which would open TCP.
     *
     * @return the channel
     * @throws IOException if the kernel has no descriptor or no memory left
     * @throws UnsupportedOperationException if this platform is not supported
     */
    public static UnixSocketChannel open() throws IOException {
        return open(StandardProtocolFamily.UNIX);
    }

    /**
     * Opens a channel, unconnected and in blocking mode. System call: socket(2) with SOCK_CLOEXEC.
     *
     * @param family {@link UnixProtocolFamily#STREAM}, {@link UnixProtocolFamily#SEQPACKET}, or
     *     {@link StandardProtocolFamily#UNIX}, which is STREAM
     * @return the channel
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public static UnixSocketChannel open(ProtocolFamily family) throws IOException {
        return UnixSelectorProvider.provider().openUnixSocketChannel(family);
    }

    /**
     * Opens a STREAM channel and connects it, as {@link #open(ProtocolFamily, SocketAddress)} does.
     *
     * @param remote where to connect to
     * @return the channel, connected and in blocking mode
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address
     * @throws IOException if connecting fails; nothing is left open
     */
    public static UnixSocketChannel open(SocketAddress remote) throws IOException {
        return open(StandardProtocolFamily.UNIX, remote);
    }

    /**
     * Opens a channel and connects it.
     *
     * @param family as in {@link #open(ProtocolFamily)}
     * @param remote where to connect to, as in {@link #connect}
     * @return the channel, connected and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws java.nio.channels.UnsupportedAddressTypeException if {@code remote} is no AF_UNIX address
     * @throws IOException if opening or connecting fails; nothing is left open
     */
    public static UnixSocketChannel open(ProtocolFamily family, SocketAddress remote) throws IOException {
        UnixSocketChannel channel = open(family);
        try {
            channel.connect(remote);
            return channel;
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
     * @param family as in {@link #open(ProtocolFamily)}
     * @return the two ends
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public static Pair pair(ProtocolFamily family) throws IOException {
        return UnixSelectorProvider.provider().openSocketPair(family);
    }

    /**
     * The socket type.
     *
     * @return what the channel was opened as
     */
    public abstract UnixProtocolFamily family();

    /**
     * Binds the channel, so that the peer can see a name. System call: bind(2).
     *
     * @param local a path that does not exist, an abstract name, {@link AbstractSocketAddress#AUTOBIND}; null or an unnamed address bind
     *     it to no name, without a system call. The file that binding to a path creates stays when the channel is closed
     * @return this channel
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.ConnectionPendingException if a connection is pending
     * @throws java.nio.channels.AlreadyBoundException if it is bound or connected
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address
     * @throws java.net.SocketException if the path is too long; a {@link java.net.BindException} if the address is taken or permission is
     *     denied. The channel stays open and unbound
     * @throws IOException if anything else fails
     */
    @Override
    public abstract UnixSocketChannel bind(SocketAddress local) throws IOException;

    @Override
    public abstract <T> UnixSocketChannel setOption(SocketOption<T> name, T value) throws IOException;

    @Override
    public abstract UnixSocketChannel shutdownInput() throws IOException;

    @Override
    public abstract UnixSocketChannel shutdownOutput() throws IOException;

    /**
     * Returns a stream of the bytes that this channel reads. On SEQPACKET messages follow one another without a mark, and an empty message
     * has no bytes; it is not the end. A read returns at least one byte and never those of two messages; the rest of a message comes
     * first with the next read, of whichever stream or of the channel. {@code available} tells how many bytes are queued (ioctl(2),
     * FIONREAD) or left of a message. Closing the stream closes the channel.
     *
     * <p>A read throws {@link java.nio.channels.IllegalBlockingModeException} if the channel is non-blocking, and otherwise what
     * {@link #read} throws. It waits for no write, and no write waits for it: {@link java.nio.channels.Channels#newInputStream
     * Channels.newInputStream} holds {@link #blockingLock} while it waits for the peer, and a write by {@code Channels.newOutputStream}, or
     * {@code configureBlocking}, waits for that lock.
     *
     * @return a new stream, safe for use by several threads
     */
    public abstract InputStream inputStream();

    /**
     * Returns a stream that writes to this channel. A {@code write} writes all bytes; on SEQPACKET they are one message, and without bytes
     * nothing is sent. Nothing is buffered, so {@code flush} does nothing. Closing the stream closes the channel.
     *
     * <p>A write throws {@link java.nio.channels.IllegalBlockingModeException} if the channel is non-blocking, and otherwise what
     * {@link #write} throws. It waits for no read: see {@link #inputStream}.
     *
     * @return a new stream, safe for use by several threads
     */
    public abstract OutputStream outputStream();

    /**
     * Sends what remains in the buffer, and what is to be sent beside it. System call: sendmsg(2); send(2) if there is nothing beside.
     *
     * <p>On SEQPACKET it is one message, also if nothing remains: an empty message. On STREAM what is beside rides on the first byte, so
     * there must be one; a blocking send sends all bytes, and what is beside with the first of them.
     *
     * @param src what to send; its position moves by what was sent
     * @param beside what to send with the message, or nothing; it is taken out of there, unless this returns -1
     * @return how many bytes; -1 if nothing was sent, neither bytes nor what is beside them: this channel is non-blocking and there is no
     *     room, or more descriptors are underway, not yet received, than this process may send (ETOOMANYREFS: RLIMIT_NOFILE of them). A
     *     selector reports OP_WRITE when a send may succeed
     * @throws IllegalArgumentException if {@code beside} is another library's
     * @throws java.util.ConcurrentModificationException if another thread uses {@code beside}
     * @throws java.nio.channels.ClosedChannelException if the channel is closed, or its output is shut down
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     * @throws IllegalArgumentException if this is STREAM, there is something beside, and no byte to carry it
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile, or shuts its output down
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws IOException if a descriptor that is to be sent is closed; if the kernel refuses the credentials (EPERM; EINVAL in a user
     *     namespace that does not map them), or the receiver refuses descriptors (EPERM: {@link UnixSocketOptions#SO_PASSRIGHTS}); if the message is longer than the send buffer allows (EMSGSIZE); if the peer is gone. Nothing was
     *     sent
     */
    public abstract int send(ByteBuffer src, AncillaryData beside) throws IOException;

    /**
     * As {@link #send(ByteBuffer, AncillaryData)}, from several buffers, one after the other.
     *
     * @param srcs what to send; the positions move by what was sent
     * @param beside what to send with the message, or nothing; it is taken out of there, unless this returns -1
     * @return how many bytes; -1 if nothing was sent
     * @throws IOException likewise
     */
    public abstract long send(ByteBuffer[] srcs, AncillaryData beside) throws IOException;

    /**
     * Receives a message, or what there is of a stream, and what travels beside it. System call: recvmsg(2).
     *
     * <p>On SEQPACKET it is one message, and what does not fit into the buffer is gone: {@link MessageInfo#isTruncated}. An empty message
     * and the end of the stream are told apart: for that the socket has {@link UnixSocketOptions#SO_TIMESTAMP} set from the first receive
     * on. After a {@link #read} that left the rest of a message, it is that rest, without what came beside.
     *
     * <p>On STREAM it never goes beyond bytes that descriptors came with; before them there may be others, sent earlier. With no room in
     * the buffer nothing is received.
     *
     * @param dst takes the bytes; its position moves by {@link MessageInfo#length}
     * @param beside takes what came beside; what it had from the message before is closed, and gone
     * @return what was received, or the end of the stream; null if this channel is non-blocking and nothing is there. It belongs to
     *     {@code beside}
     * @throws IllegalArgumentException if {@code dst} is read-only, or {@code beside} is another library's
     * @throws java.util.ConcurrentModificationException if another thread uses {@code beside}
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws IOException if the connection was reset, or anything else fails
     */
    public abstract MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException;

    /**
     * As {@link #receive(ByteBuffer, AncillaryData)}, into several buffers, one after the other.
     *
     * @param dsts take the bytes
     * @param beside takes what came beside; what it had from the message before is closed, and gone
     * @return what was received, or the end of the stream; null if this channel is non-blocking and nothing is there
     * @throws IOException likewise
     */
    public abstract MessageInfo receive(ByteBuffer[] dsts, AncillaryData beside) throws IOException;

    /**
     * Sends the messages of a batch, from its position up to its limit, in their order, and moves the position behind those that went.
     * System call: sendmmsg(2). On SEQPACKET only.
     *
     * <p>A message that cannot be sent is told by an exception, with the position at it: those before it went. If another than the first
     * fails, the kernel does not say why, so it is tried again, and what is told is what the kernel says then; of a connection that is
     * reset in the middle of a batch that may be EPIPE, and the end of the stream to whoever receives.
     *
     * @param batch the messages
     * @return how many went: all, or fewer, perhaps 0, if this channel is non-blocking and there is no room for more
     * @throws IllegalArgumentException if {@code batch} is another library's
     * @throws UnsupportedOperationException if this channel is STREAM
     * @throws java.nio.channels.ClosedChannelException if the channel is closed, or its output is shut down
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile, or shuts its output down
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws IOException if the message at the position is longer than the send buffer allows (EMSGSIZE); if the peer is gone
     */
    public abstract int send(MessageBatch batch) throws IOException;

    /**
     * Receives messages into a batch, from its position up to its limit, in their order, as many as are there, and moves the position
     * behind them. In blocking mode it waits for the first. System call: recvmmsg(2), with MSG_WAITFORONE. On SEQPACKET only.
     *
     * <p>Of each message, what does not fit into its slot is gone: {@link MessageBatch#isTruncated}; so is what travels beside it. After
     * a {@link #read} that left the rest of a message, that rest is received, alone. An empty message is one; only of empty messages
     * that the peer sends last before it closes or shuts down its output, the receive may make the end, as {@link #read} does. What the
     * peer sent before it reset the connection is received first, and the end and an exception come after all messages, with the next
     * receive.
     *
     * @param batch takes the messages
     * @return how many came; 0 if this channel is non-blocking and nothing is there, or the batch has no room; -1 at the end of the stream
     * @throws IllegalArgumentException if {@code batch} is another library's
     * @throws UnsupportedOperationException if this channel is STREAM
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws IOException if the connection was reset, or anything else fails
     */
    public abstract int receive(MessageBatch batch) throws IOException;
}
