// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;

/** Writes of SOCK_STREAM: from direct buffers, and from others by way of the thread's scratch memory, a part at a time. */
public final class StreamOutput extends SocketOutput {

    /** A socket takes a few hundred KiB at most before it is full, so to copy more for one call would be in vain. */
    private static final int COPY_BYTES = 256 << 10;

    public StreamOutput(OperationScope frame, Connection connection) {
        super(frame, connection);
    }

    @Override
    public long write(int flags) throws IOException {
        BufferVector srcs = buffers();
        CallMemory memory = CallMemory.acquire(sys());
        try {
            long address = srcs.address(memory);
            if (address != 0) {
                return srcs.advance(send(memory, address, srcs.remaining(), flags));
            }
            if (srcs.count() == 1) {
                return writeCopying(memory, flags);
            }
            int segments = srcs.gatherSegments(memory, verb(), COPY_BYTES);
            return srcs.advance(sendMessage(memory, segments, flags));
        } finally {
            memory.release();
        }
    }

    private long writeCopying(CallMemory memory, int flags) throws IOException {
        BufferVector srcs = buffers();
        long sent = 0;
        while (srcs.remaining() > 0) {
            int part = (int) Math.min(srcs.remaining(), COPY_BYTES);
            NativeMemory scratch = memory.scratch(part);
            srcs.gather(scratch.buffer(), 0, part, verb());
            long n = srcs.advance(send(memory, scratch.address(), part, flags));
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
}
