// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;

/**
 * Reads of SOCK_STREAM: the kernel writes to direct buffers, and to the thread's scratch memory in place of others. Bytes that then cannot be
 * copied to their buffer are kept for the next read.
 */
public final class StreamInput extends SocketInput {

    /** A socket holds a few hundred KiB at most, so room for more in one call would be in vain. */
    private static final int COPY_BYTES = 256 << 10;

    private final AncillaryInput beside;

    public StreamInput(Connection connection) {
        super(connection);
        this.beside = new AncillaryInput(connection.descriptor(), buffers(), kept());
    }

    @Override
    long tryRead(int flags) throws IOException {
        if (hasKept()) {
            return kept().take(buffers(), "read");
        }
        requireNotReset("read");
        CallMemory memory = CallMemory.acquire(descriptor().sys());
        try {
            return received("read", transfer(memory, flags));
        } finally {
            memory.release();
        }
    }

    private long transfer(CallMemory memory, int flags) throws IOException {
        BufferVector dsts = buffers();
        long address = dsts.address(memory);
        if (address != 0) {
            return dsts.advance(descriptor().recv(address, dsts.remaining(), flags));
        }
        int segments = dsts.segments(memory); // what is beyond IOV_MAX is the next read's
        if (segments > 0) {
            return dsts.advance(descriptor().recvmsg(MessageHeader.message(memory, segments), flags));
        }
        int room = (int) Math.min(dsts.remaining(), COPY_BYTES);
        NativeMemory scratch = memory.scratch(room);
        long n = descriptor().recv(scratch.address(), room, flags);
        if (n > 0) {
            kept().deliver(scratch.buffer(), 0, (int) n, dsts, "read");
        }
        return n;
    }

    @Override
    MessageInfo tryReceive(NativeAncillaryData control, int flags) throws IOException {
        if (buffers().remaining() == 0) {
            requireNotReset("receive");
            return control.message(0, 0, connection().remote());
        }
        if (hasKept()) {
            int taken = kept().take(buffers(), "receive");
            return control.message(taken, taken, connection().remote());
        }
        requireNotReset("receive");
        CallMemory memory = CallMemory.acquire(descriptor().sys());
        try {
            long n = beside.receive(memory, flags, false, control);
            if (n > 0) {
                return control.message((int) n, (int) n, connection().remote());
            }
            return received("receive", n) == END ? control.end(connection().remote()) : null;
        } finally {
            memory.release();
        }
    }

    private long received(String operation, long n) throws IOException {
        if (n > 0) {
            return n;
        }
        return n == 0 ? END : failed(operation, n);
    }
}
