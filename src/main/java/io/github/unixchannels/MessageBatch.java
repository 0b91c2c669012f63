// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Room for a number of messages that are sent, or received, by one system call: sendmmsg(2), recvmmsg(2).
 *
 * <p>It is to messages what a {@link java.nio.Buffer} is to bytes. It has {@link #capacity} slots, a {@link #position} and a
 * {@link #limit}: a send sends the messages from the position up to the limit, and a receive fills those slots; both move the position
 * behind the last message that went or came. So what was received is sent on by
 *
 * <pre>{@code
 *   batch.clear();
 *   from.receive(batch);
 *   batch.flip();
 *   to.send(batch);
 * }</pre>
 *
 * <p><b>A slot</b> has a direct buffer of {@link #messageBytes} bytes, {@link #buffer}, which is always the same object: what remains in it
 * is the message that a send sends, perhaps an empty one, and once it is sent nothing remains. After a receive, what remains in it is the
 * message that was received. The memory belongs to the batch and lives as long as the batch or one of the buffers can be reached. Nothing
 * is copied and nothing allocated by a send or a receive.
 *
 * <p>What {@link #fullLength}, {@link #sender} and their like say of the slots from the position on after a receive is not specified.
 *
 * <p><b>Nothing travels beside a message of a batch.</b> Descriptors that come with one are closed by the kernel:
 * {@link #isControlTruncated}. Where they are to be had, receive with {@link AncillaryData}.
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
     * @param src what remains in it is the message, and is taken out
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
     * @return how many bytes, more than {@link #messageBytes} if it was truncated: the rest is gone; 0 if none was received
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public abstract int fullLength(int index);

    /**
     * Whether the message that was received last into a slot was longer than that: MSG_TRUNC, recvmsg(2).
     *
     * @param index 0 to {@link #capacity} - 1
     * @return {@link #fullLength} &gt; {@link #messageBytes}
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public final boolean isTruncated(int index) {
        return fullLength(index) > messageBytes();
    }

    /**
     * Whether something that travelled beside the message that was received last into a slot is gone, for a batch has no room for it:
     * MSG_CTRUNC, recvmsg(2). Descriptors were closed by the kernel. It is so of every message if the receiver has an option set by
     * which something comes beside each: {@link UnixSocketOptions#SO_TIMESTAMP}, which a receive with {@link AncillaryData} sets on
     * SEQPACKET, {@link UnixSocketOptions#SO_PASSCRED} and their like.
     *
     * @param index 0 to {@link #capacity} - 1
     * @return whether something is gone
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
     * Whom the message in a slot is sent to, if the channel is DGRAM.
     *
     * @param index 0 to {@link #capacity} - 1
     * @return as it was set; null: the peer
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public abstract SocketAddress target(int index);

    /**
     * Sets whom the message in a slot is sent to, if the channel is DGRAM. It stays until it is set anew, or by {@link #add}. SEQPACKET has
     * no use for it.
     *
     * @param index 0 to {@link #capacity} - 1
     * @param target a path or an abstract name; null: the peer of the channel
     * @return this batch
     * @throws IndexOutOfBoundsException if there is no such slot
     * @throws IllegalStateException if a send or a receive of the batch is in progress
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address, or {@link AbstractSocketAddress#AUTOBIND}
     */
    public abstract MessageBatch target(int index, SocketAddress target);
}
