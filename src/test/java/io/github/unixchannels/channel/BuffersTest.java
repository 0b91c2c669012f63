// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Arrays of buffers as one run of bytes. */
class BuffersTest {

    @Test
    void advanceMovesPositionsInOrderAndReturnsWhatIsBeyondTheLast() {
        ByteBuffer[] buffers = {room(9), room(2), room(0), room(3), room(9)};

        assertEquals(0, Buffers.advance(buffers, 1, 3, 4));
        assertEquals("0 2 0 2 0", positions(buffers));
        assertEquals(6, Buffers.advance(buffers, 1, 3, 7));
        assertEquals("0 2 0 3 0", positions(buffers));
    }

    @Test
    void advanceByAnErrorNumberMovesNothing() {
        ByteBuffer[] buffers = {room(2)};

        Buffers.advance(buffers, 0, 1, -11);

        assertEquals("0", positions(buffers));
    }

    @Test
    void remainingIsALongSum() {
        ByteBuffer mebibyte = ByteBuffer.allocate(1 << 20);
        ByteBuffer[] buffers = new ByteBuffer[5000];
        Arrays.fill(buffers, mebibyte);

        assertEquals(5000L << 20, Buffers.remaining(buffers, 0, 5000));
        assertEquals(3L << 20, Buffers.remaining(buffers, 4997, 3));
    }

    @Test
    void scatterFillsInOrderAndStopsAtTheLength() {
        ByteBuffer[] dsts = {room(2), room(0), ByteBuffer.allocateDirect(3), room(9)};

        assertEquals(4, Buffers.scatter(ascii("abcdef"), 4, dsts, 0, 4));
        assertEquals("2 0 2 0", positions(dsts));
        assertEquals("abcd", text(dsts));
        assertEquals(1, Buffers.scatter(ascii("ef"), 2, dsts, 0, 3), "no more than there is room for");
    }

    @Test
    void gatherCopiesWhatRemainsAndMovesNothing() {
        ByteBuffer[] srcs = {ascii("no"), ascii("abc").position(1), room(0), ascii("de").asReadOnlyBuffer(), ascii("no")};
        ByteBuffer to = room(9);

        Buffers.gather(srcs, 1, 3, to);

        assertEquals("0 1 0 0 0", positions(srcs));
        assertEquals(0, to.position());
        assertEquals("bcde", text(to.position(4)));
    }

    @Test
    void anAddressIsThatOfThePosition() {
        ByteBuffer direct = ByteBuffer.allocateDirect(10);
        CallMemory memory = CallMemory.acquire(HostSyscalls.get());
        long start = Buffers.address(memory, direct);

        assertEquals(start + 4, Buffers.address(memory, direct.position(4)));
        assertEquals(start + 6, Buffers.address(memory, direct.slice().position(2)));
        assertEquals(start + 10, Buffers.address(memory, direct.position(10)));
    }

    @Test
    void allDirectLooksAtTheRangeOnly() {
        ByteBuffer[] buffers = {room(1), ByteBuffer.allocateDirect(1), ByteBuffer.allocateDirect(0).asReadOnlyBuffer(), room(1)};

        assertTrue(Buffers.allDirect(buffers, 1, 2));
        assertFalse(Buffers.allDirect(buffers, 0, 2));
        assertFalse(Buffers.allDirect(buffers, 2, 2));
    }

    private static ByteBuffer room(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    private static String positions(ByteBuffer[] buffers) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer buffer : buffers) {
            text.append(text.isEmpty() ? "" : " ").append(buffer.position());
        }
        return text.toString();
    }
}
