// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.net.SocketAddress;

/** Writes of SOCK_STREAM: from direct buffers, and from others by way of the thread's scratch memory, a part at a time. */
public final class StreamOutput implements SocketOutput {

    /** A socket takes a few hundred KiB at most before it is full, so to copy more for one call would be in vain. */
    private static final int COPY_BYTES = 256 << 10;

    private final Connection connection;
    private final SocketDescriptor descriptor;
    private final BufferVector buffers;
    private final RoomWait room;

    public StreamOutput(Connection connection) {
        this.connection = connection;
        this.descriptor = connection.descriptor();
        this.buffers = new BufferVector(connection);
        this.room = new RoomWait(connection);
    }

    @Override
    public BufferVector buffers() {
        return buffers;
    }

    @Override
    public long send(OperationScope scope, NativeAncillaryData control, SocketAddress target, long timeoutNanos) throws IOException {
        int flags = room.beginSend(timeoutNanos);
        long sent = 0;
        for (;;) {
            long n = trySend(control, flags);
            if (n >= 0) {
                sent += n;
                if (timeoutNanos == Timeout.NO_WAIT || buffers.remaining() == 0) {
                    room.end();
                    return sent;
                }
                room.startClock();
            } else if (timeoutNanos == Timeout.NO_WAIT || !room.after(scope, verb(control), n, null, sent)) {
                return sent > 0 ? sent : n;
            }
            flags = room.nextFlags();
        }
    }

    private long trySend(NativeAncillaryData control, int flags) throws IOException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            long address = buffers.address(memory);
            if (address != 0) {
                return buffers.advance(call(memory, address, buffers.remaining(), control, flags));
            }
            if (buffers.count() == 1) {
                return sendCopies(memory, control, flags);
            }
            int segments = buffers.gatherSegments(memory, verb(control), COPY_BYTES);
            return buffers.advance(AncillaryOutput.send(connection, memory, segments, 0, control, flags));
        } finally {
            memory.release();
        }
    }

    private long sendCopies(CallMemory memory, NativeAncillaryData control, int flags) throws IOException {
        long sent = 0;
        while (buffers.remaining() > 0) {
            int part = (int) Math.min(buffers.remaining(), COPY_BYTES);
            NativeMemory scratch = memory.scratch(part);
            buffers.gather(scratch.buffer(), 0, part, verb(control));
            long n = buffers.advance(call(memory, scratch.address(), part, control, flags));
            if (n <= 0) {
                return sent > 0 ? sent : n;
            }
            sent += n;
            if (n < part) {
                return sent;
            }
        }
        return sent;
    }

    private long call(CallMemory memory, long address, long lengthBytes, NativeAncillaryData control, int flags) throws IOException {
        if (!AncillaryOutput.isPresent(control)) {
            return descriptor.send(address, lengthBytes, flags);
        }
        MessageHeader.set(memory, 0, address, lengthBytes);
        return AncillaryOutput.send(connection, memory, 1, 0, control, flags);
    }

    private static String verb(NativeAncillaryData control) {
        return control == null ? "write" : "send";
    }
}
