// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.message.Iovecs;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.UnixAddresses;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * recvmsg(2) with room for everything that can travel beside a message, so that the kernel never drops any of it for want of room.
 * Descriptors are close-on-exec from birth and have their owner before anything else happens.
 *
 * <p>Used by whoever has entered the descriptor for reading, with buffers that are writable and accessible.
 */
final class ControlInput {

    /** Up to here, to ask the JVM for a buffer's address costs more than to copy the bytes. */
    private static final int COPY_BYTES = 4 << 10;

    private final Descriptor descriptor;

    ControlInput(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** As {@link #receive(CallMemory, ByteBuffer[], int, boolean, NativeAncillaryData)}, into one buffer. */
    long receive(CallMemory memory, ByteBuffer dst, int flags, boolean named, NativeAncillaryData control) {
        int room = dst.remaining();
        long address = Buffers.addressUnlessCopied(memory, dst, COPY_BYTES);
        if (address != 0) {
            Iovecs.set(memory, 0, address, room);
            long n = receive(memory, 1, flags, named, control);
            Reference.reachabilityFence(dst);
            if (n > 0) {
                dst.position(dst.position() + (int) Math.min(n, room));
            }
            return n;
        }
        NativeMemory scratch = memory.scratch();
        int most = Math.min(room, scratch.capacity());
        long n = receiveAside(memory, most, flags, named, control);
        if (n > 0) {
            Buffers.put(scratch.buffer(), 0, (int) Math.min(n, most), dst);
        }
        return n;
    }

    /**
     * Receives into buffers, one after the other, and moves their positions.
     *
     * @param flags of recvmsg(2)
     * @param named whether to leave the sender's name in {@code memory}, with its length at {@link Iovecs#nameLength}
     * @return as recvmsg(2): with MSG_TRUNC among the flags how long the message was, perhaps more than there was room for
     */
    long receive(CallMemory memory, ByteBuffer[] dsts, int flags, boolean named, NativeAncillaryData control) {
        long room = Buffers.remaining(dsts, 0, dsts.length);
        if (room > COPY_BYTES && dsts.length <= Linux.IOV_MAX && Buffers.allDirect(dsts, 0, dsts.length)) {
            for (int i = 0; i < dsts.length; i++) {
                Iovecs.set(memory, i, Buffers.address(memory, dsts[i]), dsts[i].remaining());
            }
            long n = receive(memory, dsts.length, flags, named, control);
            Reference.reachabilityFence(dsts);
            Buffers.advance(dsts, 0, dsts.length, Math.min(n, room));
            return n;
        }
        NativeMemory scratch = memory.scratch();
        long n = receiveAside(memory, (int) Math.min(room, scratch.capacity()), flags, named, control);
        if (n > 0) {
            Buffers.scatter(scratch.buffer(), (int) Math.min(n, room), dsts, 0, dsts.length);
        }
        return n;
    }

    /** Receives into the scratch memory. */
    long receiveAside(CallMemory memory, int roomBytes, int flags, boolean named, NativeAncillaryData control) {
        Iovecs.set(memory, 0, memory.scratch().address(), roomBytes);
        return receive(memory, 1, flags, named, control);
    }

    private long receive(CallMemory memory, int segments, int flags, boolean named, NativeAncillaryData control) {
        long n;
        do {
            long message = Iovecs.message(memory, segments);
            if (named) {
                Iovecs.name(memory, UnixAddresses.RECEIVE_LENGTH);
            }
            control.prepare(memory);
            n = descriptor.sys().recvmsg(descriptor.fd(), message, flags | Linux.MSG_CMSG_CLOEXEC);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        if (n >= 0) {
            control.received(memory);
        }
        return n;
    }
}
