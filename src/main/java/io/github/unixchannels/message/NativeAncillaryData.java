// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Unreachable;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.time.Instant;
import java.util.ConcurrentModificationException;
import java.util.NoSuchElementException;
import java.util.Objects;

/** Ancillary data of this library: its two sides, and how they get into a system call and out of it. */
public final class NativeAncillaryData extends AncillaryData {

    private static final long LARGEST_ID = 0xffff_ffffL;
    private static final VarHandle IN_USE = inUse();

    private final FdOwnership ownership;
    private final OutgoingAncillary outgoing = new OutgoingAncillary();
    private final ReceivedAncillary reception;

    /** Whether a thread is in a method that changes what is here. Two at once would lose track of a descriptor. */
    private boolean inUse;

    /** Makes an empty one. */
    public static AncillaryData create(Syscalls sys, FdOwnership ownership) {
        return new NativeAncillaryData(sys, ownership);
    }

    /** Makes an empty one. */
    public NativeAncillaryData(Syscalls sys, FdOwnership ownership) {
        this.ownership = ownership;
        this.reception = new ReceivedAncillary(sys);
        Unreachable.watch(this, reception.descriptors()::closeAll);
    }

    /**
     * Returns {@code data}, which this library made.
     *
     * @throws NullPointerException if it is null
     * @throws IllegalArgumentException if somebody else did
     */
    public static NativeAncillaryData require(AncillaryData data) {
        Objects.requireNonNull(data);
        if (data instanceof NativeAncillaryData ours) {
            return ours;
        }
        throw new IllegalArgumentException("not made by AncillaryData.create(): " + data.getClass().getName());
    }

    @Override
    public AncillaryData descriptor(OwnedFd descriptor) {
        Descriptor behind = ownership.descriptorOf(Objects.requireNonNull(descriptor));
        beginUse();
        try {
            outgoing.beginMessage();
            outgoing.requireRoom();
            outgoing.add(descriptor, behind, false);
        } finally {
            endUse();
        }
        return this;
    }

    @Override
    public AncillaryData descriptor(Channel channel) throws IOException {
        Objects.requireNonNull(channel);
        beginUse();
        try {
            outgoing.beginMessage();
            outgoing.requireRoom();
            OwnedFd duplicate = ownership.duplicateOf(channel);
            outgoing.add(duplicate, ownership.descriptorOf(duplicate), true);
        } finally {
            endUse();
        }
        return this;
    }

    @Override
    public AncillaryData credentials(PeerCredentials credentials) {
        requireId("user", credentials.uid());
        requireId("group", credentials.gid());
        beginUse();
        try {
            outgoing.beginMessage();
            outgoing.credentials(credentials);
        } finally {
            endUse();
        }
        return this;
    }

    /** What is cut to 32 bits might be somebody else, root among them. */
    private static void requireId(String what, long id) {
        if (id != (id & LARGEST_ID)) {
            throw new IllegalArgumentException(what + " is not 0 to " + LARGEST_ID + ": " + id);
        }
    }

    @Override
    public int descriptorCount() {
        return reception.descriptors().count();
    }

    @Override
    public OwnedFd takeDescriptor() {
        beginUse();
        try {
            ReceivedDescriptors received = reception.descriptors();
            if (received.count() == 0) {
                throw new NoSuchElementException("no descriptor came, or all were taken");
            }
            return ownership.own(received.remove(), reception.origin());
        } finally {
            endUse();
        }
    }

    @Override
    public PeerCredentials senderCredentials() {
        return reception.credentials();
    }

    @Override
    public OwnedFd takeSenderPidfd() {
        beginUse();
        try {
            ReceivedDescriptors received = reception.descriptors();
            return received.pidfd() == ReceivedDescriptors.NONE ? null : ownership.own(received.removePidfd(), reception.origin());
        } finally {
            endUse();
        }
    }

    @Override
    public String senderLabel() {
        return reception.label();
    }

    @Override
    public Instant timestamp() {
        return reception.timestamp();
    }

    @Override
    public AncillaryData clear() {
        beginUse();
        try {
            outgoing.clear();
            reception.clear();
        } finally {
            endUse();
        }
        return this;
    }

    @Override
    public void close() {
        clear();
    }

    @Override
    public String toString() {
        return "AncillaryData[" + outgoing + ", received: " + reception + "]";
    }

    /**
     * Begins a send, which drops what another was refused. Called after {@link #beginUse}, as soon as it is known where to.
     *
     * @param socket on which
     * @param target where to; null for the one peer that the socket ever has
     */
    public void beginSend(Descriptor socket, SocketAddress target) {
        outgoing.beginSend(socket, target);
    }

    /**
     * Ends a send in place of {@link #endUse}, even one that did not get as far as to begin: what it did not send is dropped.
     *
     * @param withoutRoom whether it was refused for want of room; then it is kept for the same send to be tried again
     */
    public void endSend(boolean withoutRoom) {
        try {
            outgoing.endSend(withoutRoom);
        } finally {
            endUse();
        }
    }

    /** Begins a receive: what was received before is closed. Ended by {@link #endUse}. */
    public void beginReceive() {
        beginUse();
        reception.clear();
    }

    /**
     * Begins a use by one thread, which ends with {@link #endUse}.
     *
     * @throws ConcurrentModificationException if another use is in progress
     */
    public void beginUse() {
        if (!IN_USE.compareAndSet(this, false, true)) {
            throw new ConcurrentModificationException("this AncillaryData is in use by another thread");
        }
    }

    /** See {@link #beginUse}. */
    public void endUse() {
        IN_USE.setRelease(this, false);
        Reference.reachabilityFence(this);
    }

    private static VarHandle inUse() {
        try {
            return MethodHandles.lookup().findVarHandle(NativeAncillaryData.class, "inUse", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What an error number, negated, that refused a send means for what is to be sent; null if it says enough. */
    public String meaningOf(long result) {
        return outgoing.isEmpty() ? null : outgoing.meaningOf((int) -result);
    }

    /** Whether there is anything to be sent. */
    public boolean isToBeSent() {
        return !outgoing.isEmpty();
    }

    /**
     * Enters the descriptors that are to be sent, and puts all that is to be sent into the message in {@code memory}. The caller
     * calls {@link #leave} once the system call has returned.
     *
     * @param target where it is to be sent, for messages
     * @throws IOException if a descriptor is closed; then there is nothing to leave
     */
    public void enter(CallMemory memory, Object target) throws IOException {
        ByteBuffer control = memory.control().buffer();
        outgoing.hold(target);
        int length = outgoing.write(control);
        ByteBuffer structs = memory.structs().buffer();
        structs.putLong(memory.messageOffset() + MsghdrLayout.CONTROL, memory.control().address());
        structs.putLong(memory.messageOffset() + MsghdrLayout.CONTROL_LENGTH, length);
    }

    /** See {@link #enter}. */
    public void leave() {
        outgoing.release();
    }

    /** It was sent: it is here no more. */
    public void sent() {
        outgoing.clear();
    }

    /** Gives the message in {@code memory} room for all that can travel beside one. What was received before has been discarded. */
    public void prepare(CallMemory memory) {
        ByteBuffer structs = memory.structs().buffer();
        structs.putLong(memory.messageOffset() + MsghdrLayout.CONTROL, memory.control().address());
        structs.putLong(memory.messageOffset() + MsghdrLayout.CONTROL_LENGTH, memory.control().capacity());
    }

    /** Owns what recvmsg(2) received beside the message in {@code memory}. Nothing may come between the two. */
    public void received(CallMemory memory) {
        ByteBuffer structs = memory.structs().buffer();
        int length = (int) structs.getLong(memory.messageOffset() + MsghdrLayout.CONTROL_LENGTH);
        int flags = structs.getInt(memory.messageOffset() + MsghdrLayout.FLAGS);
        reception.control(memory.control().buffer(), Math.min(length, memory.control().capacity()), flags);
    }

    /** What was received before is gone, and what was received meanwhile, if it is not to be had. */
    public void discard() {
        reception.clear();
        Reference.reachabilityFence(this);
    }

    /** Whether the message that was received came with a time, as every message does on a socket with SO_TIMESTAMP, and an end does not. */
    public boolean isTimestamped() {
        return reception.isTimestamped();
    }

    /** A message is in the buffers. */
    public MessageInfo message(int lengthBytes, int fullLengthBytes, SocketAddress sender) {
        reception.message(lengthBytes, fullLengthBytes, false, sender);
        return reception;
    }

    /** The stream is at its end. */
    public MessageInfo end(SocketAddress sender) {
        reception.message(0, 0, true, sender);
        return reception;
    }
}
