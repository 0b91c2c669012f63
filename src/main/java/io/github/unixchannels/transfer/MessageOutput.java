// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.address.AddressCache;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.Endpoint;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.net.SocketException;

/** Writes of SOCK_SEQPACKET and SOCK_DGRAM: all that remains in the buffers is one message, in one system call. */
public final class MessageOutput implements SocketOutput {

    /** Up to here, several iovecs cost more than to copy the bytes. */
    private static final int COPY_BYTES = 4 << 10;

    /** What the kernel sets aside of SO_SNDBUF (unix_dgram_sendmsg). */
    private static final int SNDBUF_RESERVED_BYTES = 32;

    private final Endpoint endpoint;
    private final SocketDescriptor descriptor;
    private final BufferVector buffers;
    private final RoomWait room;
    private final AddressCache targets;

    public MessageOutput(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.descriptor = endpoint.descriptor();
        this.buffers = new BufferVector(endpoint);
        this.targets = new AddressCache(endpoint.family());
        this.room = new RoomWait(endpoint);
    }

    @Override
    public BufferVector buffers() {
        return buffers;
    }

    @Override
    public long send(OperationScope scope, NativeAncillaryData control, SocketAddress target, long timeoutNanos) throws IOException {
        if (isNobody(target)) {
            return -Errno.ECONNREFUSED;
        }
        int flags = room.beginSend(timeoutNanos);
        for (;;) {
            long n = trySend(control, target, flags);
            if (n >= 0 || timeoutNanos == Timeout.NO_WAIT || !room.after(scope, verb(control, target), n, target, 0)) {
                room.end();
                return n;
            }
            flags = room.nextFlags();
        }
    }

    /** The target without a name: to the kernel it would be the abstract name of no bytes. */
    private static boolean isNobody(SocketAddress target) {
        return target != null && UnixAddresses.isUnnamed(target);
    }

    private long trySend(NativeAncillaryData control, SocketAddress target, int flags) throws IOException {
        long bytes = buffers.remaining();
        long n;
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int nameBytes = target == null ? 0 : targets.encode(target, memory.structs().buffer(), memory.addressOffset());
            long address = buffers.address(memory);
            if (address == 0 && bytes > COPY_BYTES && buffers.count() > 1 && buffers.count() <= Linux.IOV_MAX) {
                n = AncillaryOutput.send(endpoint, memory, segments(memory, bytes, control, target), nameBytes, control, flags);
            } else {
                address = address != 0 ? address : copy(memory, bytes, control, target);
                if (AncillaryOutput.isPresent(control)) {
                    MessageHeader.set(memory, 0, address, bytes);
                    n = AncillaryOutput.send(endpoint, memory, 1, nameBytes, control, flags);
                } else if (target != null) {
                    n = descriptor.sendto(memory, nameBytes, address, bytes, flags);
                } else {
                    n = descriptor.send(address, bytes, flags);
                }
            }
        } finally {
            memory.release();
        }
        return checked(buffers.advance(n), bytes, control, target);
    }

    private int segments(CallMemory memory, long bytes, NativeAncillaryData control, SocketAddress target) throws IOException {
        int segments = buffers.gatherSegments(memory, verb(control, target), CallMemory.SCRATCH_BYTES);
        if (buffers.covered() < bytes) {
            throw tooLong(bytes, control, target);
        }
        return segments;
    }

    private long copy(CallMemory memory, long bytes, NativeAncillaryData control, SocketAddress target) throws IOException {
        int start = buffers.lineOffset();
        if (start + bytes > CallMemory.SCRATCH_BYTES) { // more than that is more than any send buffer allows
            throw tooLong(bytes, control, target);
        }
        NativeMemory scratch = memory.scratch(start + (int) bytes);
        buffers.gather(scratch.buffer(), start, (int) bytes, verb(control, target));
        return scratch.address() + start;
    }

    /**
     * Sends the messages of a batch, and moves its position behind those that went.
     *
     * @param toTargets whether each message goes to its own target; otherwise all go to the peer
     * @param timeoutNanos how long to wait for room until all went: a number of {@link Timeout}
     * @return how many went with the last system call, and so all did; or of the first that did not, an error number negated: {@code -EAGAIN}
     *     without room
     * @throws java.net.SocketTimeoutException if the time is over
     */
    public long send(OperationScope scope, NativeMessageBatch batch, boolean toTargets, long timeoutNanos) throws IOException {
        int flags = room.beginSend(timeoutNanos);
        boolean blocking = timeoutNanos != Timeout.NO_WAIT;
        try {
            long n;
            do {
                SocketAddress first = toTargets ? batch.target(batch.next()) : null;
                int count = prepare(batch, toTargets, first);
                n = count > 0 ? trySend(batch, count, first, Linux.MSG_DONTWAIT) : count;
                if (n == -Errno.EAGAIN && blocking && flags == 0) {
                    n = trySend(batch, 1, first, flags); // of several, the kernel forgets why the second failed
                }
                if (n <= 0 && !(blocking && room.after(scope, "send", n, first, 0))) {
                    room.end();
                    return n;
                }
                flags = n <= 0 ? room.nextFlags() : flags;
            } while (batch.left() > 0);
            room.end();
            return n;
        } finally {
            Reference.reachabilityFence(batch);
        }
    }

    /** Puts a batch's messages into its headers; returns how many, or if not even one, an error number negated. */
    private static int prepare(NativeMessageBatch batch, boolean toTargets, SocketAddress first) throws IOException {
        if (!toTargets) {
            return batch.prepareToSend();
        }
        return isNobody(first) ? -Errno.ECONNREFUSED : batch.prepareToSendToTargets();
    }

    private long trySend(NativeMessageBatch batch, int count, SocketAddress first, int flags) throws IOException {
        int n = descriptor.sendmmsg(batch.outgoing(), count, flags);
        if (n > 0) {
            batch.sent(n);
            return n;
        }
        return n == -Errno.EMSGSIZE || n == -Errno.ECONNRESET
                ? checked(n, batch.buffer(batch.next()).remaining(), "send", first)
                : n;
    }

    private long checked(long n, long messageBytes, NativeAncillaryData control, SocketAddress target) throws IOException {
        return n == -Errno.EMSGSIZE || n == -Errno.ECONNRESET ? checked(n, messageBytes, verb(control, target), target) : n;
    }

    private long checked(long n, long messageBytes, String verb, SocketAddress target) throws IOException {
        if (n == -Errno.EMSGSIZE) {
            throw tooLong(messageBytes, verb, target);
        }
        endpoint.noteReset();
        return n;
    }

    private static String verb(NativeAncillaryData control, SocketAddress target) {
        return control == null && target == null ? "write" : "send";
    }

    private SocketException tooLong(long messageBytes, NativeAncillaryData control, SocketAddress target) {
        return tooLong(messageBytes, verb(control, target), target);
    }

    private SocketException tooLong(long messageBytes, String verb, SocketAddress target) {
        Object to = target == null ? endpoint : UnixAddresses.describe(target);
        if (endpoint.family() != SocketFamily.UNIX) {
            return ErrnoExceptions.datagram(verb, to, -Errno.EMSGSIZE);
        }
        int sendBuffer = descriptor.getOption(Linux.SOL_SOCKET, Linux.SO_SNDBUF);
        return ErrnoExceptions.causedBy(Errno.EMSGSIZE, new SocketException(
                verb + "(" + to + "): a message of " + messageBytes
                        + " bytes is longer than the " + (sendBuffer - SNDBUF_RESERVED_BYTES)
                        + " bytes that SO_SNDBUF allows (EMSGSIZE)"));
    }
}
