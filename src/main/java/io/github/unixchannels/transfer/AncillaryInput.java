// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;

/**
 * recvmsg(2) with room for everything that can travel beside a message, so that the kernel never drops any of it for want of room.
 * Descriptors are close-on-exec from birth and have their owner before anything else happens.
 *
 * <p>Used by the thread that has entered the descriptor for reading, with buffers that can be received into.
 */
final class AncillaryInput {

    /** Up to here, several iovecs cost more than to copy the bytes. */
    private static final int COPY_BYTES = 4 << 10;

    private final SocketDescriptor descriptor;
    private final BufferVector dsts;

    /** For the bytes that could not be copied to their buffer; null: such bytes are lost. */
    private final UnreadBytes kept;

    AncillaryInput(SocketDescriptor descriptor, BufferVector dsts, UnreadBytes kept) {
        this.descriptor = descriptor;
        this.dsts = dsts;
        this.kept = kept;
    }

    /**
     * Receives into the buffers and moves their positions.
     *
     * @param flags of recvmsg(2)
     * @param named whether to leave the sender's name in {@code memory}, with its length at {@link MessageHeader#nameLength}
     * @return as recvmsg(2): with MSG_TRUNC among the flags how long the message was, which may be more than there was room for
     */
    long receive(CallMemory memory, int flags, boolean named, NativeAncillaryData control) throws IOException {
        long room = dsts.remaining();
        boolean into = (dsts.count() == 1 || room > COPY_BYTES) && dsts.count() <= Linux.IOV_MAX;
        int segments = into ? dsts.segments(memory) : 0;
        if (segments == 0) {
            int most = (int) Math.min(room, CallMemory.SCRATCH_BYTES);
            long n = receiveAside(memory, most, flags, named, control);
            deliver(memory.scratch(most), (int) Math.min(n, most));
            return n;
        }
        long n = descriptor.recvmsg(header(memory, segments, named, control), flags | Linux.MSG_CMSG_CLOEXEC);
        if (n >= 0) {
            control.received(memory);
        }
        dsts.advance(Math.min(n, room));
        return n;
    }

    private void deliver(NativeMemory scratch, int lengthBytes) throws IOException {
        if (lengthBytes <= 0) {
            return;
        }
        if (kept != null) {
            kept.deliver(scratch.buffer(), 0, lengthBytes, dsts, "receive");
        } else {
            dsts.scatter(scratch.buffer(), 0, lengthBytes, "receive");
        }
    }

    /** Receives into the scratch memory. */
    long receiveAside(CallMemory memory, int roomBytes, int flags, boolean named, NativeAncillaryData control) {
        MessageHeader.set(memory, 0, memory.scratch(roomBytes).address(), roomBytes);
        long n = descriptor.recvmsg(header(memory, 1, named, control), flags | Linux.MSG_CMSG_CLOEXEC);
        if (n >= 0) {
            control.received(memory);
        }
        return n;
    }

    /** Writes a header with room for all ancillary data, and returns its address. */
    private static long header(CallMemory memory, int segments, boolean named, NativeAncillaryData control) {
        long message = MessageHeader.message(memory, segments);
        if (named) {
            MessageHeader.name(memory, UnixAddresses.RECEIVE_LENGTH);
        }
        control.prepare(memory);
        return message;
    }
}
