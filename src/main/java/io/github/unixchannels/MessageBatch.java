// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Room for a number of messages that are sent, or received, by one system call: sendmmsg(2), recvmmsg(2).
 *
 * <p>A batch is to messages what a {@link java.nio.Buffer} is to bytes. It has {@link #capacity} slots, a {@link #position} and a
 * {@link #limit}. A send sends the messages from the position up to the limit, and a receive fills those slots; both move the position
 * behind the last message that was sent or received.
 *
 * <pre>{@code
 *   try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
 *       MessageBatch batch = MessageBatch.create(16, 1000);
 *       batch.add(ByteBuffer.wrap("one".getBytes())).add(ByteBuffer.wrap("two".getBytes()));
 *       pair.first().send(batch.flip());
 *       pair.second().receive(batch.clear());
 *       System.out.println(batch.flip().remaining() + " messages"); // prints 2 messages
 *   }
 * }</pre>
 *
 * <p><b>A slot</b> has a direct buffer of {@link #messageBytes} bytes, {@link #buffer}, which is always the same object. A send sends the
 * bytes that remain in the buffer as one message, also if none remain; after the send no byte remains. After a receive, the bytes that
 * remain are the message that was received. The memory belongs to the batch and lives as long as the batch or one of the buffers can be
 * reached. A send or a receive copies nothing and allocates nothing.
 *
 * <p>After a receive, the values of {@link #fullLength}, {@link #sender} and their like are not specified for slots from the position on.
 *
 * <p><b>A batch has no ancillary data.</b> Descriptors that come with a message of a batch are closed by the kernel:
 * {@link #isControlTruncated}. To receive them, use {@link AncillaryData}.
 *
 * <p>Not thread safe: for one thread at a time, as a {@link ByteBuffer} is. While a send or a receive of a batch is in progress, another send
 * or receive of the batch, and a change of its position, its limit or a target, is an {@link IllegalStateException}.
 */
public abstract class MessageBatch {

    /** The most messages that one system call takes: UIO_MAXIOV. */
    public static final int MAX_CAPACITY = 1024;

    /** Initializes a batch; {@link #create} makes those of this library. */
    protected MessageBatch() {}

    /**
     * Makes a batch, with its position at 0, its limit at its capacity, and nothing remaining in any slot.
     *
     * @param capacity how many slots, 1 to {@value #MAX_CAPACITY}
     * @param messageBytes how many bytes the message in a slot has at most, at least 1; all slots together are below 2 GiB
     * @return the batch
     * @throws IllegalArgumentException if one of them is not in its range, or both together are too large
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws OutOfMemoryError if the JVM has no direct memory left for it
     */
    public static MessageBatch create(int capacity, int messageBytes) {
        return UnixSelectorProvider.provider().createMessageBatch(capacity, messageBytes);
    }

    /**
     * How many slots there are.
     *
     * @return 1 to {@value #MAX_CAPACITY}
     */
    public abstract int capacity();

    /**
     * How many bytes the message in a slot has at most.
     *
     * @return the capacity of each slot's buffer
     */
    public abstract int messageBytes();

    /**
     * The slot of the message that is sent or received next.
     *
     * @return 0 to {@link #limit}
     */
    public abstract int position();

    /**
     * Sets the position.
     *
     * @param index a slot, or the limit
     * @return this batch
     * @throws IllegalStateException if a send or a receive of the batch is in progress
     * @throws IllegalArgumentException if it is not 0 to {@link #limit}
     */
    public abstract MessageBatch position(int index);

    /**
     * The slot before which a send or a receive ends.
     *
     * @return {@link #position} to {@link #capacity}
     */
    public abstract int limit();

    /**
     * Sets the limit, and the position too if it is behind that.
     *
     * @param index a slot, or the capacity
     * @return this batch
     * @throws IllegalStateException if a send or a receive of the batch is in progress
     * @throws IllegalArgumentException if it is not 0 to {@link #capacity}
     */
    public abstract MessageBatch limit(int index);

    /**
     * How many slots there are from the position up to the limit.
     *
     * @return 0 or more
     */
    public final int remaining() {
        return limit() - position();
    }

    /**
     * Whether there are slots from the position up to the limit.
     *
     * @return {@link #remaining} &gt; 0
     */
    public final boolean hasRemaining() {
        return remaining() > 0;
    }

    /**
     * Sets the position to 0 and the limit to the capacity, to be filled or received into. The slots stay as they are.
     *
     * @return this batch
     */
    public final MessageBatch clear() {
        return limit(capacity()).position(0);
    }

    /**
     * Sets the limit to the position and the position to 0: what was added or received is now to be sent or looked at.
     *
     * @return this batch
     */
    public final MessageBatch flip() {
        return limit(position()).position(0);
    }

    /**
     * The buffer of a slot. Its position and limit are the caller's to change, and a send's and a receive's.
     *
     * @param index 0 to {@link #capacity} - 1
     * @return always the same buffer, of {@link #messageBytes} bytes, direct, in big-endian order unless that was changed
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public abstract ByteBuffer buffer(int index);

    /**
     * Copies a message into the slot at the position, with no target, and moves the position by 1.
     *
     * @param src the bytes that remain in it are the message; its position moves to its limit
     * @return this batch
     * @throws IllegalStateException if a send or a receive of the batch is in progress
     * @throws java.nio.BufferOverflowException if the position is at the limit, or more than {@link #messageBytes} bytes remain; nothing
     *     was copied
     */
    public abstract MessageBatch add(ByteBuffer src);

    /**
     * How long the message was that was received last into a slot.
     *
     * @param index 0 to {@link #capacity} - 1
     * @return how many bytes, more than {@link #messageBytes} if the message was truncated and its rest is lost; 0 if none was received
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public abstract int fullLength(int index);

    /**
     * Whether the message that was received last into a slot was longer than the slot: MSG_TRUNC, recvmsg(2).
     *
     * @param index 0 to {@link #capacity} - 1
     * @return {@link #fullLength} &gt; {@link #messageBytes}
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public final boolean isTruncated(int index) {
        return fullLength(index) > messageBytes();
    }

    /**
     * Whether ancillary data of the message that was received last into a slot are lost, because a batch has no room for them: MSG_CTRUNC,
     * recvmsg(2). Descriptors were closed by the kernel. The value is true for every message if the receiver has set an option by which
     * ancillary data come with each message: {@link UnixSocketOptions#SO_PASSCRED} and its like, and
     * {@link UnixSocketOptions#SO_TIMESTAMP}, which a receive with {@link AncillaryData} sets on SEQPACKET.
     *
     * @param index 0 to {@link #capacity} - 1
     * @return whether ancillary data are lost
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public abstract boolean isControlTruncated(int index);

    /**
     * Who sent the message that was received last into a slot.
     *
     * @param index 0 to {@link #capacity} - 1
     * @return on DGRAM the sender's address, otherwise the peer's; never null: of a socket without a name it is unnamed
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public abstract SocketAddress sender(int index);

    /**
     * The address that the message in a slot is sent to, if the channel is DGRAM.
     *
     * @param index 0 to {@link #capacity} - 1
     * @return the target that was set; null for the peer
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public abstract SocketAddress target(int index);

    /**
     * Sets the address that the message in a slot is sent to, if the channel is DGRAM. The target stays until it is set anew, or removed by
     * {@link #add}. SEQPACKET ignores it.
     *
     * @param index 0 to {@link #capacity} - 1
     * @param target a path or an abstract name; null for the peer of the channel
     * @return this batch
     * @throws IndexOutOfBoundsException if there is no such slot
     * @throws IllegalStateException if a send or a receive of the batch is in progress
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address, or {@link AbstractSocketAddress#AUTOBIND}
     */
    public abstract MessageBatch target(int index, SocketAddress target);
}
