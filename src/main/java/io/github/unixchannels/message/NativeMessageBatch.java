// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A batch of this library. It has its headers twice, to send and to receive: those to receive are the same each time, and say of a slot
 * what was received last.
 */
public final class NativeMessageBatch extends MessageBatch {

    private final int messageBytes;
    private final int stride;
    private final NativeMemory payload;
    private final ByteBuffer[] buffers;
    private final MessageVector outgoing;
    private final MessageVector incoming;
    private final SocketAddress[] senders;
    private final AddressTable decoded = new AddressTable();
    private final AddressTable encoded = new AddressTable();
    private int position;
    private int limit;

    /** Null until one is set. */
    private SocketAddress[] targets;

    /** Makes one with empty slots. */
    public static MessageBatch create(Syscalls sys, int capacity, int messageBytes) {
        return new NativeMessageBatch(sys, capacity, messageBytes);
    }

    private NativeMessageBatch(Syscalls sys, int capacity, int messageBytes) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity is not 1 to " + MAX_CAPACITY + ": " + capacity);
        }
        if (messageBytes < 1) {
            throw new IllegalArgumentException("messageBytes is below 1: " + messageBytes);
        }
        long strideBytes = (long) messageBytes + Long.BYTES - 1 & -Long.BYTES;
        if (capacity * strideBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(capacity + " messages of " + messageBytes + " bytes are more than 2 GiB");
        }
        this.messageBytes = messageBytes;
        this.stride = (int) strideBytes;
        this.payload = NativeMemory.allocate(sys, capacity * stride);
        this.outgoing = new MessageVector(sys, capacity);
        this.incoming = new MessageVector(sys, capacity);
        this.buffers = new ByteBuffer[capacity];
        for (int i = 0; i < capacity; i++) {
            buffers[i] = payload.buffer().slice(i * stride, messageBytes).limit(0);
            incoming.segment(i, address(i), messageBytes);
        }
        this.senders = new SocketAddress[capacity];
        Arrays.fill(senders, UnixAddresses.UNNAMED);
        limit = capacity;
    }

    /**
     * Returns {@code batch}, which this library made.
     *
     * @throws NullPointerException if it is null
     * @throws IllegalArgumentException if somebody else did
     */
    public static NativeMessageBatch require(MessageBatch batch) {
        Objects.requireNonNull(batch);
        if (batch instanceof NativeMessageBatch ours) {
            return ours;
        }
        throw new IllegalArgumentException("not made by MessageBatch.create(): " + batch.getClass().getName());
    }

    private long address(int index) {
        return payload.address() + (long) index * stride;
    }

    @Override
    public int capacity() {
        return buffers.length;
    }

    @Override
    public int messageBytes() {
        return messageBytes;
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public MessageBatch position(int index) {
        if (index < 0 || index > limit) {
            throw new IllegalArgumentException("position is not 0 to " + limit + ": " + index);
        }
        position = index;
        return this;
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public MessageBatch limit(int index) {
        if (index < 0 || index > buffers.length) {
            throw new IllegalArgumentException("limit is not 0 to " + buffers.length + ": " + index);
        }
        limit = index;
        position = Math.min(position, index);
        return this;
    }

    @Override
    public ByteBuffer buffer(int index) {
        return buffers[Objects.checkIndex(index, buffers.length)];
    }

    @Override
    public MessageBatch add(ByteBuffer src) {
        if (position == limit || src.remaining() > messageBytes) {
            throw new BufferOverflowException();
        }
        buffers[position].clear().put(src).flip();
        setTarget(position, null);
        position++;
        return this;
    }

    @Override
    public int fullLength(int index) {
        return incoming.length(Objects.checkIndex(index, buffers.length));
    }

    @Override
    public boolean isControlTruncated(int index) {
        return (incoming.flags(Objects.checkIndex(index, buffers.length)) & Linux.MSG_CTRUNC) != 0;
    }

    @Override
    public SocketAddress sender(int index) {
        return senders[Objects.checkIndex(index, buffers.length)];
    }

    @Override
    public SocketAddress target(int index) {
        Objects.checkIndex(index, buffers.length);
        return targets == null ? null : targets[index];
    }

    @Override
    public MessageBatch target(int index, SocketAddress target) {
        Objects.checkIndex(index, buffers.length);
        setTarget(index, target == null ? null : UnixAddresses.requireTarget(target));
        return this;
    }

    private void setTarget(int index, SocketAddress target) {
        if (targets == null && target != null) {
            targets = new SocketAddress[buffers.length];
        }
        if (targets != null && targets[index] != target) { // a store of a reference costs more than the look
            targets[index] = target;
        }
    }

    @Override
    public String toString() {
        return "MessageBatch[position=" + position + " limit=" + limit + " capacity=" + buffers.length
                + " messageBytes=" + messageBytes + "]";
    }

    /** Puts what remains in the slots into the headers, without names; returns how many there are. */
    public int prepareToSend() {
        outgoing.setNamed(false);
        for (int i = position; i < limit; i++) {
            segment(i);
        }
        return limit - position;
    }

    /**
     * As {@link #prepareToSend}, with the target of each message, which is not null, as its name, up to the first that is no name.
     *
     * @throws SocketException if the name of the first is too long
     */
    public int prepareToSendToTargets() throws SocketException {
        outgoing.setNamed(true);
        for (int i = position; i < limit; i++) {
            if (!nameTarget(i)) {
                return i - position;
            }
            segment(i);
        }
        return limit - position;
    }

    private boolean nameTarget(int index) throws SocketException {
        SocketAddress target = targets[index];
        try {
            if (UnixAddresses.isUnnamed(target)) {
                return false;
            }
            outgoing.nameLength(index, encoded.encode(target, outgoing.names(), outgoing.nameOffset(index)));
            return true;
        } catch (SocketException e) {
            if (index == position) {
                throw e;
            }
            return false;
        }
    }

    private void segment(int index) {
        ByteBuffer buffer = buffers[index];
        outgoing.segment(index, address(index) + buffer.position(), buffer.remaining());
    }

    /** The address of the header of the next message to be sent. */
    public long outgoing() {
        return outgoing.address(position);
    }

    /** So many messages went. */
    public void sent(int count) {
        for (int i = position; i < position + count; i++) {
            ByteBuffer buffer = buffers[i];
            buffer.position(buffer.limit());
        }
        position += count;
    }

    /** Makes room in the headers for messages to be received, and for their senders' names if they have some. */
    public void prepareToReceive(boolean named) {
        incoming.setNamed(named);
        if (named) {
            for (int i = position; i < limit; i++) {
                incoming.nameLength(i, UnixAddresses.RECEIVE_LENGTH);
            }
        }
    }

    /** The address of the header of the next message to be received. */
    public long incoming() {
        return incoming.address(position);
    }

    /** How long a message was that is in the slots from the position on. */
    public int incomingLength(int offset) {
        return incoming.length(position + offset);
    }

    /**
     * So many messages came.
     *
     * @param peer who sent them; null: each from whoever its name says
     */
    public void received(int count, SocketAddress peer) {
        for (int i = position; i < position + count; i++) {
            buffers[i].clear().limit(Math.min(incoming.length(i), messageBytes));
            setSender(i, peer != null ? peer : decoded.decode(incoming.names(), incoming.nameOffset(i), incoming.nameLength(i)));
        }
        position += count;
    }

    /** As much of a message as fits came from elsewhere, into the buffer of the slot at the position. */
    public void received(int lengthBytes, int fullLengthBytes, SocketAddress peer) {
        incoming.result(position, fullLengthBytes, 0);
        buffers[position].position(0).limit(lengthBytes);
        setSender(position, peer);
        position++;
    }

    private void setSender(int index, SocketAddress sender) {
        if (senders[index] != sender) { // likewise
            senders[index] = sender;
        }
    }

    /** Whether the message in the slot at the position came from {@code sender}. */
    public boolean isFrom(SocketAddress sender) {
        return sender.equals(decoded.decode(incoming.names(), incoming.nameOffset(position), incoming.nameLength(position)));
    }

    /** Forgets what came into the slot at the position. */
    public void wipe() {
        ByteBuffer all = payload.buffer();
        for (int i = position * stride; i < (position + 1) * stride; i++) {
            all.put(i, (byte) 0);
        }
        incoming.result(position, 0, 0);
        buffers[position].position(0).limit(0);
    }
}
