// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.address.AddressCache;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

/**
 * Receiving datagrams: one system call takes one datagram, and what of it does not fit is gone, as
 * {@link java.nio.channels.DatagramChannel} says. So is what cannot be copied to its buffer: a datagram is received once.
 *
 * <p>Every method is called by the thread that has entered the descriptor for reading, with {@link #buffers} that can be received into.
 */
public final class DatagramInput {

    /** Nothing was there. */
    public static final int UNAVAILABLE = -2;

    /** Something was there, from somebody who is not to be heard; it is gone. No error number of the kernel. */
    private static final long STRANGE = Long.MIN_VALUE;

    /** Up to here, several iovecs cost more than to copy the bytes. */
    private static final int COPY_BYTES = 4 << 10;

    private final DatagramEndpoint endpoint;
    private final SocketDescriptor descriptor;
    private final Syscalls sys;
    private final AddressCache senders;

    private final BufferVector buffers;
    private final AncillaryInput beside;
    private final InputWait wait;

    private SocketAddress sender;

    public DatagramInput(DatagramEndpoint endpoint) {
        this.endpoint = endpoint;
        this.descriptor = endpoint.descriptor();
        this.sys = descriptor.sys();
        this.senders = new AddressCache(endpoint.family());
        this.buffers = new BufferVector(endpoint);
        this.beside = new AncillaryInput(descriptor, buffers, null);
        this.wait = new InputWait(endpoint);
    }

    /** The buffers of the operation in progress. */
    public BufferVector buffers() {
        return buffers;
    }

    /** Who sent what {@link #receive} returned last. Never null then. */
    public SocketAddress sender() {
        return sender;
    }

    /**
     * Receives a datagram, if one is there.
     *
     * @param named whether to tell the sender
     * @param timeoutNanos how long to wait: a number of {@link Timeout}
     * @return how many bytes, which may be 0, or {@link #UNAVAILABLE}
     * @throws SocketTimeoutException if the time is over
     */
    public long receive(OperationScope scope, boolean named, long timeoutNanos) throws IOException {
        int flags = wait.begin(timeoutNanos);
        do {
            SocketAddress only = endpoint.onlySender();
            long n = receiveOne(named, only, flags(only, flags));
            if (n > 0 || n == 0 && !descriptor.isClosed()) {
                wait.end();
                return n;
            }
            flags = next(scope, n, only, flags, named ? "receive" : "read");
        } while (flags != InputWait.ENDED);
        return UNAVAILABLE;
    }

    /**
     * Receives as the kernel does, with its sender and what came beside. The buffers need not have room.
     *
     * @param timeoutNanos how long to wait: a number of {@link Timeout}
     * @return what was received; null if no datagram is there
     * @throws SocketTimeoutException if the time is over
     */
    public MessageInfo receive(OperationScope scope, NativeAncillaryData control, long timeoutNanos) throws IOException {
        int flags = wait.begin(timeoutNanos);
        do {
            SocketAddress only = endpoint.onlySender();
            int room = (int) Math.min(Integer.MAX_VALUE, buffers.remaining());
            long n = receiveOne(control, only, flags(only, flags) | Linux.MSG_TRUNC);
            if (n > 0 || n == 0 && !descriptor.isClosed()) {
                wait.end();
                return control.message((int) Math.min(n, room), (int) n, sender);
            }
            flags = next(scope, n, only, flags, "receive");
        } while (flags != InputWait.ENDED);
        return null;
    }

    /**
     * Receives datagrams into a batch with room, as many as are there, and moves its position behind them. While datagrams of others
     * than the peer may be in the queue it is one.
     *
     * @param timeoutNanos how long to wait for the first: a number of {@link Timeout}
     * @return how many, or {@link #UNAVAILABLE}
     * @throws SocketTimeoutException if the time is over
     */
    public int receive(OperationScope scope, NativeMessageBatch batch, long timeoutNanos) throws IOException {
        int flags = wait.begin(timeoutNanos);
        do {
            SocketAddress only = endpoint.onlySender();
            long n = receiveSeveral(batch, only == null ? batch.left() : 1, flags(only, flags) | Linux.MSG_TRUNC);
            if (n > 0 && only != null && !batch.isFrom(only)) {
                batch.wipe();
                n = STRANGE;
            }
            boolean none = n == 1 && batch.incomingLength(0) == 0 && descriptor.isClosed();
            if (n > 0 && !none) {
                wait.end();
                batch.received((int) n, null);
                return (int) n;
            }
            flags = none ? InputWait.ENDED : next(scope, n, only, flags, "receive");
        } while (flags != InputWait.ENDED);
        return UNAVAILABLE;
    }

    /**
     * How long the datagram is that is next.
     *
     * @param timeoutNanos how long to wait for one: a number of {@link Timeout}
     * @return how many bytes, or {@link #UNAVAILABLE}
     * @throws SocketTimeoutException if the time is over
     */
    public long nextLength(OperationScope scope, long timeoutNanos) throws IOException {
        int flags = wait.begin(timeoutNanos);
        do {
            SocketAddress only = endpoint.onlySender();
            long n = peek(only, flags(only, flags));
            if (n > 0 || n == 0 && !descriptor.isClosed()) {
                wait.end();
                return n;
            }
            flags = next(scope, n, only, flags, "nextMessageLength");
        } while (flags != InputWait.ENDED);
        return UNAVAILABLE;
    }

    private long peek(SocketAddress only, int flags) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long address = memory.structs().address();
            long n = receive(memory, address, 0, only != null, flags | Linux.MSG_PEEK | Linux.MSG_TRUNC);
            if (n >= 0 && isStrange(only)) {
                descriptor.recv(address, 0, Linux.MSG_DONTWAIT);
                return STRANGE;
            }
            return n;
        } finally {
            memory.release();
        }
    }

    private long receiveSeveral(NativeMessageBatch batch, int count, int flags) {
        int all = flags | ((flags & Linux.MSG_DONTWAIT) == 0 ? Linux.MSG_WAITFORONE : 0);
        int n;
        do {
            batch.prepareToReceive(true);
            n = sys.recvmmsg(descriptor.fd(), batch.incoming(), count, all);
        } while (n == -Errno.EINTR && descriptor.isToBeRepeated(Descriptor.READING, flags));
        Reference.reachabilityFence(batch);
        return n;
    }

    /** While others than the peer may be in the queue, nothing waits in the kernel. */
    private static int flags(SocketAddress only, int flags) {
        return only == null ? flags : Linux.MSG_DONTWAIT;
    }

    /** What to make of a result that is no datagram; waits for one if that is what is asked for. Returns as {@link InputWait#await}. */
    private int next(OperationScope scope, long n, SocketAddress only, int flags, String operation) throws IOException {
        if (n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR && n != STRANGE) {
            throw ErrnoExceptions.datagram(operation, endpoint, n);
        }
        if (only == null) {
            return wait.mayWait() ? wait.await(scope, operation) : InputWait.ENDED;
        }
        if (n == -Errno.EAGAIN) {
            endpoint.welcomeAll(); // from here on the kernel lets nobody else in
        }
        return flags;
    }

    private long receiveOne(boolean named, SocketAddress only, int flags) throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            boolean withName = named || only != null;
            if (only == null) { // a stranger's bytes must not get into the buffers
                long address = buffers.address(memory);
                if (address != 0) {
                    return buffers.advance(receive(memory, address, buffers.remaining(), withName, flags));
                }
                int segments = isReceivedInto(withName) ? buffers.segments(memory) : 0;
                if (segments > 0) {
                    return buffers.advance(receiveInto(memory, segments, flags));
                }
            }
            return receiveAside(memory, withName, only, flags);
        } finally {
            memory.release();
        }
    }

    /** Whether several buffers are better received into, if their addresses can be had. */
    private boolean isReceivedInto(boolean withName) {
        return !withName && buffers.remaining() > COPY_BYTES && buffers.count() <= Linux.IOV_MAX;
    }

    private long receiveAside(CallMemory memory, boolean withName, SocketAddress only, int flags) throws IOException {
        int start = buffers.lineOffset();
        int room = (int) Math.min(buffers.remaining(), CallMemory.SCRATCH_BYTES - start);
        NativeMemory scratch = memory.scratch(start + room);
        long n = receive(memory, scratch.address() + start, room, withName, flags);
        if (n >= 0 && isStrange(only)) {
            return STRANGE;
        }
        if (n > 0) {
            buffers.scatter(scratch.buffer(), start, (int) n, withName ? "receive" : "read");
        }
        return n;
    }

    private long receiveOne(NativeAncillaryData control, SocketAddress only, int flags) throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            if (only == null) {
                long n = beside.receive(memory, flags, true, control);
                return named(memory, n, MessageHeader.nameLength(memory));
            }
            int room = (int) Math.min(buffers.remaining(), CallMemory.SCRATCH_BYTES); // likewise
            long n = beside.receiveAside(memory, room, flags, true, control);
            named(memory, n, MessageHeader.nameLength(memory));
            if (n >= 0 && isStrange(only)) {
                control.discard();
                return STRANGE;
            }
            if (n > 0) {
                buffers.scatter(memory.scratch(room).buffer(), 0, (int) Math.min(n, room), "receive");
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

    private long receiveInto(CallMemory memory, int segments, int flags) {
        return descriptor.recvmsg(MessageHeader.message(memory, segments), flags);
    }

    /** recv(2) or recvfrom(2). */
    private long receive(CallMemory memory, long address, long lengthBytes, boolean withName, int flags) {
        if (!withName) {
            return descriptor.recv(address, lengthBytes, flags);
        }
        long n = descriptor.recvfrom(memory, address, lengthBytes, flags);
        return named(memory, n, memory.structs().buffer().getInt(memory.lengthOffset()));
    }

    private boolean isStrange(SocketAddress only) {
        return only != null && !only.equals(sender);
    }
}
