// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.message.Iovecs;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Writes of SOCK_STREAM: direct buffers are sent from, others by way of the thread's scratch memory, a part at a time. */
final class StreamOutput extends SocketOutput {

    /** A socket takes a few hundred KiB at most before it is full, so to copy more for one call would be in vain. */
    private static final int COPY_BYTES = 256 << 10;

    /** Up to here, to ask the JVM for a buffer's address costs more than to copy from it. */
    private static final int COPY_DIRECT_BYTES = 1 << 10;

    StreamOutput(Connection connection) {
        super(connection);
    }

    @Override
    long write(ByteBuffer src, int flags) throws IOException {
        CallMemory memory = CallMemory.acquire(sys());
        try {
            long address = Buffers.addressUnlessCopied(memory, src, COPY_DIRECT_BYTES);
            if (address == 0) {
                return writeCopying(memory, src, flags);
            }
            long n = send(memory, address, src.remaining(), flags);
            Reference.reachabilityFence(src);
            if (n > 0) {
                src.position(src.position() + (int) n);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    private long writeCopying(CallMemory memory, ByteBuffer src, int flags) throws IOException {
        NativeMemory scratch = memory.scratch();
        long sent = 0;
        while (src.hasRemaining()) {
            int part = Math.min(src.remaining(), COPY_BYTES);
            scratch.buffer().put(0, src, src.position(), part);
            long n = send(memory, scratch.address(), part, flags);
            if (n <= 0) {
                return sent > 0 ? sent : n;
            }
            src.position(src.position() + (int) n);
            sent += n;
            if (n < part) {
                return sent;
            }
        }
        return sent;
    }

    @Override
    long write(ByteBuffer[] srcs, int offset, int length, int flags) throws IOException {
        CallMemory memory = CallMemory.acquire(sys());
        try {
            long n = sendMessage(memory, segments(memory, srcs, offset, length), flags);
            Reference.reachabilityFence(srcs);
            Buffers.advance(srcs, offset, length, n);
            return n;
        } finally {
            memory.release();
        }
    }

    /** As much from the front as fits into IOV_MAX segments and, where it must be copied, into {@link #COPY_BYTES}. */
    private int segments(CallMemory memory, ByteBuffer[] srcs, int offset, int length) {
        int count = 0;
        int copied = 0;
        for (int i = offset; i < offset + length && count < Linux.IOV_MAX && copied < COPY_BYTES; i++) {
            ByteBuffer src = srcs[i];
            if (!src.hasRemaining()) {
                continue;
            }
            if (src.isDirect()) {
                Iovecs.set(memory, count++, Buffers.address(memory, src), src.remaining());
            } else {
                NativeMemory scratch = memory.scratch();
                int part = Math.min(src.remaining(), COPY_BYTES - copied);
                scratch.buffer().put(copied, src, src.position(), part);
                Iovecs.set(memory, count++, scratch.address() + copied, part);
                copied += part;
            }
        }
        return count;
    }
}
