// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Readiness;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.AddressTable;
import io.github.unixchannels.message.Iovecs;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.message.UnixAddresses;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Receiving datagrams: one system call takes one datagram, and what of it does not fit is gone, as
 * {@link java.nio.channels.DatagramChannel} says.
 *
 * <p>Every method is called by whoever has entered the descriptor for reading, with buffers that are not read-only. Several buffers have
 * been checked to be accessible; one is checked here.
 */
final class DatagramInput {

    /** Nothing was there. */
    static final int UNAVAILABLE = -2;

    /** Something was there, from somebody who is not to be heard; it is gone. No error number of the kernel. */
    private static final long STRANGE = Long.MIN_VALUE;

    /** Up to here, to ask the JVM for a buffer's address costs more than to copy the bytes. */
    private static final int COPY_BYTES = 4 << 10;

    private final Association association;
    private final SocketDescriptor descriptor;
    private final Syscalls sys;
    private final AddressTable senders = new AddressTable();

    private SocketAddress sender;

    private final ControlInput beside;

    DatagramInput(Association association) {
        this.association = association;
        this.descriptor = association.descriptor();
        this.sys = descriptor.sys();
        this.beside = new ControlInput(descriptor);
    }

    /** Who sent what {@link #receive} returned last. Never null then. */
    SocketAddress sender() {
        return sender;
    }

    /** Receives with its sender, if a datagram is there: how many bytes, perhaps 0, or {@link #UNAVAILABLE}. */
    int receive(ByteBuffer dst, boolean blocking) throws IOException {
        return (int) settled(dst, null, 0, 0, true, blocking);
    }

    /** As {@link #receive}, but does not tell the sender. */
    int read(ByteBuffer dst, boolean blocking) throws IOException {
        return (int) settled(dst, null, 0, 0, false, blocking);
    }

    /** As {@link #read(ByteBuffer, boolean)}, into several buffers one after the other. */
    long read(ByteBuffer[] dsts, int offset, int length, boolean blocking) throws IOException {
        return settled(null, dsts, offset, length, false, blocking);
    }

    /**
     * Receives as the kernel does, with its sender and what came beside, into {@code dst} or, if that is null, into several buffers. They
     * need not have room.
     *
     * @return what was received; null if no datagram is there
     */
    MessageInfo receive(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control, boolean blocking) throws IOException {
        for (;;) {
            SocketAddress only = association.onlySender();
            int room = (int) Math.min(Integer.MAX_VALUE, dst != null ? dst.remaining() : Buffers.remaining(dsts, 0, dsts.length));
            long n = receiveOne(dst, dsts, control, only, flags(only, blocking) | Linux.MSG_TRUNC);
            if (n > 0 || n == 0 && !descriptor.isClosed()) {
                return control.message((int) Math.min(n, room), (int) n, sender);
            }
            if (!isToBeTriedAgain(n, only, "receive", blocking)) {
                return null;
            }
        }
    }

    /**
     * Receives datagrams into a batch with room, as many as are there, and moves its position behind them. While datagrams of others
     * than the peer may be in the queue it is one.
     *
     * @return how many, or {@link #UNAVAILABLE}
     */
    int receive(NativeMessageBatch batch, boolean blocking) throws IOException {
        for (;;) {
            SocketAddress only = association.onlySender();
            long n = receiveSeveral(batch, only == null ? batch.remaining() : 1, flags(only, blocking) | Linux.MSG_TRUNC);
            if (n > 0 && only != null && !batch.isFrom(only)) {
                batch.wipe();
                n = STRANGE;
            }
            boolean none = n == 1 && batch.incomingLength(0) == 0 && descriptor.isClosed();
            if (n > 0 && !none) {
                batch.received((int) n, null);
                return (int) n;
            }
            if (none || !isToBeTriedAgain(n, only, "receive", blocking)) {
                return UNAVAILABLE;
            }
        }
    }

    private long receiveSeveral(NativeMessageBatch batch, int count, int flags) {
        int all = flags | ((flags & Linux.MSG_DONTWAIT) == 0 ? Linux.MSG_WAITFORONE : 0);
        int n;
        do {
            batch.prepareToReceive(true);
            n = sys.recvmmsg(descriptor.fd(), batch.incoming(), count, all);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        Reference.reachabilityFence(batch);
        return n;
    }

    private long settled(ByteBuffer dst, ByteBuffer[] dsts, int offset, int length, boolean named, boolean blocking) throws IOException {
        for (;;) {
            SocketAddress only = association.onlySender();
            int flags = flags(only, blocking);
            long n = dst != null ? receiveOne(dst, named, only, flags) : receiveOne(dsts, offset, length, only, flags);
            if (n > 0 || n == 0 && !descriptor.isClosed()) {
                return n;
            }
            if (!isToBeTriedAgain(n, only, named ? "receive" : "read", blocking)) {
                return UNAVAILABLE;
            }
        }
    }

    private int flags(SocketAddress only, boolean blocking) {
        return blocking && only == null ? association.waitFlags(Descriptor.READING) : Linux.MSG_DONTWAIT;
    }

    /** What to make of a result that is no datagram; waits for one if that is what is asked for. */
    private boolean isToBeTriedAgain(long n, SocketAddress only, String operation, boolean blocking) throws IOException {
        if (n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR && n != STRANGE) {
            throw ErrnoExceptions.datagram(operation, association, n);
        }
        if (only == null) {
            return blocking && awaitInput();
        }
        if (n == -Errno.EAGAIN) {
            association.welcomeAll(); // from here on the kernel lets nobody else in
        }
        return true;
    }

    private boolean awaitInput() throws IOException {
        if (descriptor.isClosed()) {
            return false;
        }
        int result = Readiness.await(descriptor, Linux.POLLIN, -1);
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", association, result);
        }
        return true;
    }

    private long receiveOne(ByteBuffer dst, boolean named, SocketAddress only, int flags) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            boolean withName = named || only != null;
            long address = 0; // a stranger's bytes must not get into the buffer
            if (only == null) {
                address = Buffers.addressUnlessCopied(memory, dst, COPY_BYTES);
            } else {
                Buffers.requireAccessible(dst);
            }
            if (address != 0) {
                long n = receive(memory, address, dst.remaining(), withName, flags);
                Reference.reachabilityFence(dst);
                if (n > 0) {
                    dst.position(dst.position() + (int) n);
                }
                return n;
            }
            NativeMemory scratch = memory.scratch();
            int start = Buffers.lineOffset(dst);
            long n = receive(memory, scratch.address() + start, Math.min(dst.remaining(), scratch.capacity() - start), withName, flags);
            if (n >= 0 && isStrange(only)) {
                return STRANGE;
            }
            if (n > 0) {
                Buffers.put(scratch.buffer(), start, (int) n, dst);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    private long receiveOne(ByteBuffer[] dsts, int offset, int length, SocketAddress only, int flags) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch();
            long room = Buffers.remaining(dsts, offset, length);
            if (only == null && room > COPY_BYTES && length <= Linux.IOV_MAX && Buffers.allDirect(dsts, offset, length)) {
                return receiveInto(memory, dsts, offset, length, flags);
            }
            long n = receive(memory, scratch.address(), Math.min(room, scratch.capacity()), only != null, flags);
            if (n >= 0 && isStrange(only)) {
                return STRANGE;
            }
            if (n > 0) {
                Buffers.scatter(scratch.buffer(), (int) n, dsts, offset, length);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    private long receiveOne(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control, SocketAddress only, int flags) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            if (only == null) {
                long n = dst != null
                        ? beside.receive(memory, dst, flags, true, control)
                        : beside.receive(memory, dsts, flags, true, control);
                return named(memory, n, Iovecs.nameLength(memory));
            }
            NativeMemory scratch = memory.scratch(); // a stranger's bytes must not get into the buffers
            long n = beside.receiveAside(memory, scratch.capacity(), flags, true, control);
            named(memory, n, Iovecs.nameLength(memory));
            if (n >= 0 && isStrange(only)) {
                control.discard();
                return STRANGE;
            }
            int length = (int) Math.min(n, scratch.capacity());
            if (dst != null && n > 0) {
                Buffers.put(scratch.buffer(), 0, Math.min(length, dst.remaining()), dst);
            } else if (n > 0) {
                Buffers.scatter(scratch.buffer(), length, dsts, 0, dsts.length);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    /** Notes the sender of what was received, if anything was. */
    private long named(CallMemory memory, long n, int nameLengthBytes) {
        if (n >= 0) {
            SocketAddress from = senders.decode(memory.structs().buffer(), memory.addressOffset(), nameLengthBytes);
            if (sender != from) { // a store of a reference costs more than the look
                sender = from;
            }
        }
        return n;
    }

    private long receiveInto(CallMemory memory, ByteBuffer[] dsts, int offset, int length, int flags) {
        int count = 0;
        for (int i = offset; i < offset + length; i++) {
            Iovecs.set(memory, count++, Buffers.address(memory, dsts[i]), dsts[i].remaining());
        }
        long n;
        do {
            n = sys.recvmsg(descriptor.fd(), Iovecs.message(memory, count), flags);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        Reference.reachabilityFence(dsts);
        Buffers.advance(dsts, offset, length, n);
        return n;
    }

    /** recv(2) or recvfrom(2), whatever signals come. */
    private long receive(CallMemory memory, long address, long lengthBytes, boolean withName, int flags) {
        long n;
        do {
            n = withName ? receiveFrom(memory, address, lengthBytes, flags) : sys.recv(descriptor.fd(), address, lengthBytes, flags);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        return n;
    }

    private long receiveFrom(CallMemory memory, long address, long lengthBytes, int flags) {
        ByteBuffer structs = memory.structs().buffer();
        long base = memory.structs().address();
        structs.putInt(memory.lengthOffset(), UnixAddresses.RECEIVE_LENGTH);
        long n = sys.recvfrom(
                descriptor.fd(), address, lengthBytes, flags, base + memory.addressOffset(), base + memory.lengthOffset());
        return named(memory, n, structs.getInt(memory.lengthOffset()));
    }

    private boolean isStrange(SocketAddress only) {
        return only != null && !only.equals(sender);
    }
}
