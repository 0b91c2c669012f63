// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bytes of {@code struct msghdr} and {@code struct iovec}, as recvmsg(2) and readv(2) have them on 64-bit systems. */
class MessageHeaderTest {

    private final CallMemory memory = CallMemory.acquire(HostSyscalls.get());

    @AfterEach
    void release() {
        memory.release();
    }

    @Test
    void aMessageIsAHeaderThatPointsToItsSegments() {
        MessageHeader.set(memory, 0, 0x1122334455667788L, 7);
        MessageHeader.set(memory, Linux.IOV_MAX - 1, 42, 1L << 31);
        dirty(memory.structs().buffer(), memory.messageOffset(), 56);

        long address = MessageHeader.message(memory, Linux.IOV_MAX);

        ByteBuffer header = memory.structs().buffer().slice(memory.messageOffset(), 56).order(ByteOrder.nativeOrder());
        assertEquals(memory.structs().address() + memory.messageOffset(), address);
        long[] expected = {0, 0, memory.iovecs().address(), 1024, 0, 0, 0};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], header.getLong(8 * i), "at " + 8 * i);
        }
        ByteBuffer iovecs = memory.iovecs().buffer();
        assertEquals(0x1122334455667788L, iovecs.getLong(0));
        assertEquals(7, iovecs.getLong(8));
        assertEquals(42, iovecs.getLong(1023 * 16));
        assertEquals(1L << 31, iovecs.getLong(1023 * 16 + 8));
    }

    @Test
    void thereIsNoRoomForASegmentMoreThanTheKernelTakes() {
        assertThrows(IndexOutOfBoundsException.class, () -> MessageHeader.set(memory, Linux.IOV_MAX, 42, 1));
    }

    private static void dirty(ByteBuffer structs, int offset, int bytes) {
        for (int i = 0; i < bytes; i++) {
            structs.put(offset + i, (byte) 0xff);
        }
    }
}
