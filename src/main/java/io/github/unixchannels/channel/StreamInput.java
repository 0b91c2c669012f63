// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.message.Iovecs;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Reads of SOCK_STREAM: direct buffers are received into, others by way of the thread's scratch memory. */
final class StreamInput extends SocketInput {

    /** Up to here, to ask the JVM for a buffer's address costs more than to copy into it. */
    private static final int COPY_BYTES = 1 << 10;

    private final ControlInput beside;

    StreamInput(Connection connection) {
        super(connection);
        this.beside = new ControlInput(connection.descriptor());
    }

    @Override
    int read(ByteBuffer dst, int flags) throws IOException {
        requireNotReset("read");
        CallMemory memory = CallMemory.acquire(sys());
        try {
            long address = Buffers.addressUnlessCopied(memory, dst, COPY_BYTES);
            if (address == 0) {
                return readCopying(memory, dst, flags);
            }
            long n = receive(address, dst.remaining(), flags);
            Reference.reachabilityFence(dst);
            if (n > 0) {
                dst.position(dst.position() + (int) n);
            }
            return received("read", n);
        } finally {
            memory.release();
        }
    }

    private int readCopying(CallMemory memory, ByteBuffer dst, int flags) throws IOException {
        NativeMemory scratch = memory.scratch();
        long n = receive(scratch.address(), Math.min(dst.remaining(), scratch.capacity()), flags);
        if (n > 0) {
            Buffers.put(scratch.buffer(), 0, (int) n, dst);
        }
        return received("read", n);
    }

    @Override
    long read(ByteBuffer[] dsts, int offset, int length, int flags) throws IOException {
        requireNotReset("read");
        CallMemory memory = CallMemory.acquire(sys());
        try {
            if (Buffers.allDirect(dsts, offset, length)) {
                long n = receiveMessage(message(memory, dsts, offset, length), flags);
                Reference.reachabilityFence(dsts);
                Buffers.advance(dsts, offset, length, n);
                return received("read", n);
            }
            NativeMemory scratch = memory.scratch();
            long room = Math.min(Buffers.remaining(dsts, offset, length), scratch.capacity());
            long n = receive(scratch.address(), room, flags);
            if (n > 0) {
                Buffers.scatter(scratch.buffer(), (int) n, dsts, offset, length);
            }
            return received("read", n);
        } finally {
            memory.release();
        }
    }

    /** The first IOV_MAX buffers that have room: what is beyond is the next read's. */
    private long message(CallMemory memory, ByteBuffer[] dsts, int offset, int length) {
        int count = 0;
        for (int i = offset; i < offset + length && count < Linux.IOV_MAX; i++) {
            if (dsts[i].hasRemaining()) {
                Iovecs.set(memory, count++, Buffers.address(memory, dsts[i]), dsts[i].remaining());
            }
        }
        return Iovecs.message(memory, count);
    }

    @Override
    MessageInfo receive(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control, int flags) throws IOException {
        requireNotReset("receive");
        long room = dst != null ? dst.remaining() : Buffers.remaining(dsts, 0, dsts.length);
        if (room == 0) {
            return control.message(0, 0, connection().remote());
        }
        CallMemory memory = CallMemory.acquire(sys());
        try {
            long n = dst != null ? beside.receive(memory, dst, flags, false, control) : beside.receive(memory, dsts, flags, false, control);
            if (n > 0) {
                return control.message((int) n, (int) n, connection().remote());
            }
            return received("receive", n) == END ? control.end(connection().remote()) : null;
        } finally {
            memory.release();
        }
    }

    private int received(String operation, long n) throws IOException {
        if (n > 0) {
            return (int) n;
        }
        return n == 0 ? END : failed(operation, n);
    }
}
