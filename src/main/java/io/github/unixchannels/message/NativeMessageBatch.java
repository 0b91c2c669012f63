// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.address.AddressCache;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(NativeMessageBatch.class, "busy", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int messageBytes;
    private final int stride;
    private final NativeMemory payload;
    private final ByteBuffer[] buffers;
    private final MessageHeaders outgoing;
    private final MessageHeaders incoming;
    private final SocketAddress[] senders;
    private final AddressCache decoded = new AddressCache(SocketFamily.UNIX);
    private final AddressCache encoded = new AddressCache(SocketFamily.UNIX);
    private int position;
    private int limit;

    /** Whether a send or a receive is in progress; see {@link #enter}. Set by compare-and-set. */
    private volatile boolean busy;

    // The slots of the operation in progress, or of the last: what others do to position and limit meanwhile does not reach the kernel.
    private int first;
    private int next;
    private int end;

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
        this.outgoing = new MessageHeaders(sys, capacity);
        this.incoming = new MessageHeaders(sys, capacity);
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
        requireIdle();
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
        requireIdle();
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
        requireIdle();
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
        requireIdle();
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

    /**
     * Begins an operation, on the slots from the position up to the limit as they are now. It ends with {@link #leave}.
     *
     * @throws IllegalStateException if another operation is in progress
     */
    public void enter() {
        if (!BUSY.compareAndSet(this, false, true)) {
            throw inUse();
        }
        first = position;
        next = first;
        end = Math.max(first, limit);
    }

    /** Ends the operation: the position is behind the last message that went or came. */
    public void leave() {
        position = next;
        limit = Math.max(limit, next);
        busy = false;
    }

    private void requireIdle() {
        if (busy) {
            throw inUse();
        }
    }

    private static IllegalStateException inUse() {
        return new IllegalStateException("the batch is in use: a send or a receive of it is in progress");
    }

    /** The slot of the next message of the operation. */
    public int next() {
        return next;
    }

    /** How many slots of the operation are left. */
    public int left() {
        return end - next;
    }

    /** How many messages went or came. */
    public int done() {
        return next - first;
    }

    /** Puts what remains in the slots into the headers, without names; returns how many there are. */
    public int prepareToSend() {
        outgoing.setNamed(false);
        for (int i = next; i < end; i++) {
            segment(i);
        }
        return end - next;
    }

    /**
     * As {@link #prepareToSend}, with the target of each message, which is not null, as its name, up to the first that is no name.
     *
     * @throws SocketException if the name of the first is too long
     */
    public int prepareToSendToTargets() throws SocketException {
        outgoing.setNamed(true);
        for (int i = next; i < end; i++) {
            if (!nameTarget(i)) {
                return i - next;
            }
            segment(i);
        }
        return end - next;
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
            if (index == next) {
                throw e;
            }
            return false;
        }
    }

    private void segment(int index) {
        ByteBuffer buffer = buffers[index];
        int start = buffer.position();
        outgoing.segment(index, address(index) + start, Math.max(0, buffer.limit() - start));
    }

    /** The address of the header of the next message to be sent. */
    public long outgoing() {
        return outgoing.address(next);
    }

    /** So many messages went. */
    public void sent(int count) {
        for (int i = next; i < next + count; i++) {
            ByteBuffer buffer = buffers[i];
            buffer.position(buffer.limit());
        }
        next += count;
    }

    /** Makes room in the headers for messages to be received, and for their senders' names if they have some. */
    public void prepareToReceive(boolean named) {
        incoming.setNamed(named);
        if (named) {
            for (int i = next; i < end; i++) {
                incoming.nameLength(i, UnixAddresses.RECEIVE_LENGTH);
            }
        }
    }

    /** The address of the header of the next message to be received. */
    public long incoming() {
        return incoming.address(next);
    }

    /** How long a message was that is in the slots from the position on. */
    public int incomingLength(int offset) {
        return incoming.length(next + offset);
    }

    /**
     * So many messages came.
     *
     * @param peer who sent them; null: each from the sender that its name says
     */
    public void received(int count, SocketAddress peer) {
        for (int i = next; i < next + count; i++) {
            buffers[i].clear().limit(Math.min(incoming.length(i), messageBytes));
            setSender(i, peer != null ? peer : decoded.decode(incoming.names(), incoming.nameOffset(i), incoming.nameLength(i)));
        }
        next += count;
    }

    /** As much of a message as fits came from elsewhere, into the buffer of the slot at the position. */
    public void received(int lengthBytes, int fullLengthBytes, SocketAddress peer) {
        incoming.result(next, fullLengthBytes, 0);
        buffers[next].position(0).limit(lengthBytes);
        setSender(next, peer);
        next++;
    }

    private void setSender(int index, SocketAddress sender) {
        if (senders[index] != sender) { // likewise
            senders[index] = sender;
        }
    }

    /** Whether the message in the slot at the position came from {@code sender}. */
    public boolean isFrom(SocketAddress sender) {
        return sender.equals(decoded.decode(incoming.names(), incoming.nameOffset(next), incoming.nameLength(next)));
    }

    /** Forgets what came into the slot at the position. */
    public void wipe() {
        ByteBuffer all = payload.buffer();
        for (int i = next * stride; i < (next + 1) * stride; i++) {
            all.put(i, (byte) 0);
        }
        incoming.result(next, 0, 0);
        buffers[next].position(0).limit(0);
    }
}
