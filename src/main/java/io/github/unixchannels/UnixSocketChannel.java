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
 *   <li><b>A write on SEQPACKET is one message</b>, also if it gathers several buffers. The message is sent whole, or not at all. A message
 *       longer than the send buffer allows (SO_SNDBUF less 32 bytes) is an {@link IOException} that names both lengths; the buffers are
 *       as they were, and the channel stays open. A non-blocking write that finds no room returns 0. A write without bytes returns 0 and
 *       sends nothing.
 *   <li><b>Ancillary data</b>, descriptors and the sender's credentials, are sent and received with a message by
 *       {@link #send(ByteBuffer, AncillaryData)} and {@link #receive(ByteBuffer, AncillaryData)}. A {@code read} lets the kernel close
 *       the descriptors that came with the bytes it reads.
 *   <li><b>A read on SEQPACKET loses nothing and joins nothing.</b> When a message is longer than the buffers, the next reads return
 *       the rest, before the next message; the selector counts it as readable. A message that outgrows even the space set aside for
 *       that (8 MiB beyond the buffers, more than Linux sends with pages of 4 KiB) is an {@link IOException}.
 *   <li><b>An empty message reads as 0</b> in non-blocking mode, and the end of the stream as -1. A blocking read with room waits for a
 *       byte and passes over empty messages, so that the streams of {@link java.nio.channels.Channels} do not mistake one for the end. If
 *       the peer sends empty messages last and then closes or shuts down its output, a read reports the end instead of them; a
 *       {@code receive} with an {@link AncillaryData} returns each of them.
 *   <li><b>A buffer's position and limit are read once</b>, when an operation begins, and the position is set when the operation ends. A
 *       thread that moves the buffer meanwhile cannot make the operation leave the buffer's memory.
 *   <li><b>Memory of an arena</b> of {@code java.lang.foreign} can be closed, and a mapped file can be shortened, without harm to other
 *       memory: the kernel is never given an address of an arena's memory. If the arena is closed while an operation waits, the operation
 *       throws {@link IllegalStateException}; if a part of the file is gone, an {@link IOException}. The bytes received by then are
 *       returned by the next read. On SEQPACKET a message that was to be received into the mapped file itself is lost.
 *   <li><b>Bytes that the peer sent before it reset the connection are delivered first</b>. Then reads throw
 *       {@link java.net.SocketException}: on SEQPACKET every read, on STREAM unless an earlier write has reported the reset.
 *   <li><b>A non-blocking connect to a listener whose backlog is full</b> returns false and stays pending. A selector reports
 *       OP_CONNECT once it has succeeded or failed; {@link #finishConnect} tries it again.
 *   <li><b>A write after shutdownOutput</b> throws {@link java.nio.channels.ClosedChannelException} itself.
 *   <li><b>A blocking operation can have a timeout</b>: {@link UnixSocketOptions#SO_RCVTIMEO} and {@link UnixSocketOptions#SO_SNDTIMEO}. An
 *       operation whose time is over throws {@link java.net.SocketTimeoutException}.
 *   <li><b>Streams</b> are {@link #inputStream} and {@link #outputStream}. Those of {@link java.nio.channels.Channels} cannot be used in
 *       both directions at once: a write waits for a read in progress.
 * </ul>
 *
 * <pre>{@code
 *   try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
 *       pair.first().write(ByteBuffer.wrap("one message".getBytes()));
 *       ByteBuffer small = ByteBuffer.allocate(3);
 *       pair.second().read(small);
 *       System.out.println(new String(small.array())); // prints one
 *       System.out.println(pair.second().read(ByteBuffer.allocate(100))); // prints 8
 *   }
 * }</pre>
 *
 * <p>A channel that is unreachable and was not closed stays open, as the Java platform's channels do, and its descriptor is lost.
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
     * Whether a check admits the process at the other end: of an accepted channel the one that connected, of a channel that connected the
     * one that listens. The channel stays open either way.
     *
     * @param check whom to admit; asked by this thread
     * @return true if so
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws UnsupportedOperationException if the check asks what this kernel cannot tell
     * @throws IOException if the channel is not connected, or what the check throws
     */
    public abstract boolean passes(PeerCheck check) throws IOException;

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
     * Returns a stream of the bytes that this channel reads. On SEQPACKET messages follow one another without a mark. An empty message has
     * no bytes and is not the end. A read returns at least one byte, and never bytes of two messages; the next read of the channel or of
     * any stream of it returns the rest of the message first. {@code available} tells how many bytes are queued (ioctl(2), FIONREAD) or
     * left of a message. Closing the stream closes the channel.
     *
     * <p>A read throws {@link java.nio.channels.IllegalBlockingModeException} if the channel is non-blocking, and otherwise what
     * {@link #read} throws. A read waits for no write, and no write waits for a read. (A stream of
     * {@link java.nio.channels.Channels#newInputStream Channels.newInputStream} owns {@link #blockingLock} while it waits for the peer, and
     * a write by {@code Channels.newOutputStream}, or {@code configureBlocking}, waits for that lock.)
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
     * Sends what remains in the buffer, with ancillary data. System call: sendmsg(2); send(2) if there are no ancillary data.
     *
     * <p>On SEQPACKET the bytes are one message; if no byte remains, an empty message. On STREAM ancillary data need at least one byte, and
     * are sent with the first one; a blocking send sends all bytes.
     *
     * @param src what to send; its position moves by what was sent
     * @param ancillary the ancillary data to send with the message, which may be none; they are removed from there, unless this returns -1
     * @return how many bytes were sent; -1 if neither bytes nor ancillary data were sent: this channel is non-blocking, and there is no
     *     room, or more descriptors are on their way to receivers than this process may send (ETOOMANYREFS, at RLIMIT_NOFILE). A
     *     selector reports OP_WRITE when a send may succeed
     * @throws IllegalArgumentException if {@code ancillary} is another library's
     * @throws java.util.ConcurrentModificationException if another thread uses {@code ancillary}
     * @throws java.nio.channels.ClosedChannelException if the channel is closed, or its output is shut down
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     * @throws IllegalArgumentException if this is STREAM, there are ancillary data, and there is no byte to carry them
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile, or shuts its output down
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws IOException if a descriptor that is to be sent is closed; if the kernel refuses the credentials (EPERM; EINVAL in a user
     *     namespace that does not map them); if the receiver refuses descriptors (EPERM: {@link UnixSocketOptions#SO_PASSRIGHTS}); if the
     *     message is longer than the send buffer allows (EMSGSIZE); if the peer has gone. Nothing was sent
     */
    public abstract int send(ByteBuffer src, AncillaryData ancillary) throws IOException;

    /**
     * As {@link #send(ByteBuffer, AncillaryData)}, from several buffers, one after the other.
     *
     * @param srcs what to send; the positions move by what was sent
     * @param ancillary the ancillary data to send with the message, which may be none; they are removed from there, unless this returns -1
     * @return how many bytes were sent; -1 if nothing was sent
     * @throws IOException likewise
     */
    public abstract long send(ByteBuffer[] srcs, AncillaryData ancillary) throws IOException;

    /**
     * Receives a message, or the bytes that are there of a stream, with ancillary data. System call: recvmsg(2).
     *
     * <p>On SEQPACKET one message is received. Bytes that do not fit into the buffer are lost: {@link MessageInfo#isTruncated}. An empty
     * message differs from the end of the stream; to tell them apart, the first receive sets {@link UnixSocketOptions#SO_TIMESTAMP} on the
     * socket. After a {@link #read} that left the rest of a message, that rest is received, without the ancillary data of the message.
     *
     * <p>On STREAM the bytes end with those that descriptors came with; bytes that were sent earlier may come before them. Without room in
     * the buffer nothing is received.
     *
     * @param dst takes the bytes; its position moves by {@link MessageInfo#length}
     * @param ancillary takes the ancillary data; those of the message before are closed and removed
     * @return what was received, or the end of the stream; null if this channel is non-blocking and nothing is there. The object belongs to
     *     {@code ancillary}
     * @throws IllegalArgumentException if {@code dst} is read-only, or {@code ancillary} is another library's
     * @throws java.util.ConcurrentModificationException if another thread uses {@code ancillary}
     * @throws java.nio.channels.ClosedChannelException if the channel is closed
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted, before or meanwhile: the channel is closed and the
     *     interrupt status stays set
     * @throws IOException if the connection was reset, or anything else fails
     */
    public abstract MessageInfo receive(ByteBuffer dst, AncillaryData ancillary) throws IOException;

    /**
     * As {@link #receive(ByteBuffer, AncillaryData)}, into several buffers, one after the other.
     *
     * @param dsts take the bytes
     * @param ancillary takes the ancillary data; those of the message before are closed and removed
     * @return what was received, or the end of the stream; null if this channel is non-blocking and nothing is there
     * @throws IOException likewise
     */
    public abstract MessageInfo receive(ByteBuffer[] dsts, AncillaryData ancillary) throws IOException;

    /**
     * Sends the messages of a batch, from its position up to its limit, in their order, and moves the position behind those that were sent.
     * System call: sendmmsg(2). On SEQPACKET only.
     *
     * <p>If a message cannot be sent, an exception says so, and the position is at that message; all messages before it were sent. The
     * kernel gives a reason only for the first message of a call, so another one is sent again, alone, to learn the reason. Of a
     * connection that is reset in the middle of a batch the exception may then say EPIPE, and a receive may report the end of the stream.
     *
     * @param batch the messages
     * @return how many messages were sent: all, or fewer, also 0, if this channel is non-blocking and there is no room for more
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
     * behind them. A receive in blocking mode waits for the first message. System call: recvmmsg(2), with MSG_WAITFORONE. On SEQPACKET
     * only.
     *
     * <p>Bytes of a message that do not fit into its slot are lost: {@link MessageBatch#isTruncated}; ancillary data are lost too. After a
     * {@link #read} that left the rest of a message, that rest is received, alone. An empty message fills a slot; but if the peer sends
     * empty messages last and then closes or shuts down its output, the receive may report the end instead of them, as {@link #read} does.
     * Messages that the peer sent before it reset the connection are received first. The end, or an exception, comes with the next
     * receive after all messages.
     *
     * @param batch takes the messages
     * @return how many messages came; 0 if this channel is non-blocking and nothing is there, or the batch has no room; -1 at the end of the
     *     stream
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

    /**
     * Has plain reads and writes of this channel and its streams carry descriptors, for code that makes no other calls. On STREAM only.
     *
     * @param limit how many received descriptors may wait to be taken; what comes beyond is closed. 0 takes none
     * @return what the descriptors are attached to and taken from; its close ends it
     * @throws UnsupportedOperationException if this channel is not STREAM
     * @throws IllegalArgumentException if {@code limit} is negative
     * @throws IllegalStateException if the channel does so already
     */
    public abstract PassedDescriptors passDescriptors(int limit);

    /**
     * Returns how long the next message is, and leaves the message where it is. In blocking mode the call waits for a message, as long as
     * {@link UnixSocketOptions#SO_RCVTIMEO} allows. System call: recv(2) with MSG_PEEK and MSG_TRUNC. On SEQPACKET only.
     *
     * <p>After a {@link #read} that left the rest of a message, the length of that rest is returned. An empty message has the length 0: a
     * {@link #receive} takes the message, and a read passes over it. If the peer sends empty messages last and then closes or
     * shuts down its output, the call reports the end instead of them, as a read does. Another reader may take the message before this thread reads.
     *
     * @return how many bytes; -1 at the end of the stream, and if this channel is non-blocking and no message is there
     * @throws UnsupportedOperationException if this channel is STREAM: {@link #available} tells what there is to read
     * @throws java.net.SocketTimeoutException if no message is there in the time that SO_RCVTIMEO allows
     * @throws IOException as {@link #receive(MessageBatch)}
     */
    public abstract int nextMessageLength() throws IOException;

    /**
     * Returns how many bytes can be read without waiting, of all messages together on SEQPACKET. System call: ioctl(2) with FIONREAD.
     *
     * @return 0 or more; 0 at the end of the stream, and once the input is shut down
     * @throws java.nio.channels.NotYetConnectedException if the channel is not connected
     * @throws IOException if the channel is closed, or the system call fails
     */
    public abstract int available() throws IOException;
}
