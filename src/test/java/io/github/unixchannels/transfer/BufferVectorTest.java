// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The buffers of an operation as one run of bytes. */
class BufferVectorTest {

    private final BufferVector vector = new BufferVector("test");
    private final CallMemory memory = CallMemory.acquire(HostSyscalls.get());

    @Test
    void advanceMovesPositionsInOrder() {
        ByteBuffer[] buffers = {room(9), room(2), room(0), room(3), room(9)};
        vector.set(buffers, 1, 3);

        assertEquals(4, vector.advance(4));
        assertEquals("0 2 0 2 0", positions(buffers));
        assertEquals(1, vector.remaining());
        assertEquals(1, vector.advance(1));
        assertEquals("0 2 0 3 0", positions(buffers));
        assertEquals(0, vector.remaining());
    }

    @Test
    void advanceByAnErrorNumberMovesNothing() {
        ByteBuffer buffer = room(2);
        vector.set(buffer);

        assertEquals(-11, vector.advance(-11));

        assertEquals(0, buffer.position());
        assertEquals(2, vector.remaining());
    }

    @Test
    void remainingIsALongSum() {
        ByteBuffer mebibyte = ByteBuffer.allocate(1 << 20);
        ByteBuffer[] buffers = new ByteBuffer[5000];
        Arrays.fill(buffers, mebibyte);

        vector.set(buffers, 0, 5000);
        assertEquals(5000L << 20, vector.remaining());
        vector.clear();
        vector.set(buffers, 4997, 3);
        assertEquals(3L << 20, vector.remaining());
    }

    @Test
    void scatterFillsInOrderAndStopsWhereTheBytesOrTheRoomEnd() throws IOException {
        ByteBuffer[] dsts = {room(2), room(0), ByteBuffer.allocateDirect(3), room(9)};
        vector.set(dsts, 0, 4);

        assertEquals(4, vector.scatter(ascii("abcdef"), 0, 4, "read"));
        assertEquals("2 0 2 0", positions(dsts));
        assertEquals("abcd", text(dsts));
        vector.set(dsts, 0, 3);
        assertEquals(1, vector.scatter(ascii("xef"), 1, 2, "read"), "no more than there is room for");
    }

    @Test
    void gatherCopiesWhatRemainsAndMovesNothing() throws IOException {
        ByteBuffer[] srcs = {ascii("no"), ascii("abc").position(1), room(0), ascii("de").asReadOnlyBuffer(), ascii("no")};
        ByteBuffer to = room(9);
        vector.set(srcs, 1, 3);

        vector.gather(to, 1, 4, "write");

        assertEquals("0 1 0 0 0", positions(srcs));
        assertEquals(0, to.position());
        assertEquals("bcde", text(to.position(5)).substring(1));
    }

    @Test
    void gatherBeginsBehindWhatWasSent() throws IOException {
        ByteBuffer to = room(9);
        vector.set(new ByteBuffer[] {ascii("abc"), ascii("def")}, 0, 2);
        vector.advance(4);

        vector.gather(to, 0, 2, "write");

        assertEquals("ef", text(to.position(2)));
    }

    @Test
    void anAddressIsThatOfThePosition() {
        ByteBuffer direct = ByteBuffer.allocateDirect(10);
        long start = address(direct);

        assertEquals(start + 4, address(direct.position(4)));
        assertEquals(start + 6, address(direct.slice().position(2)));
        assertEquals(start + 10, address(direct.position(10)));
        assertEquals(0, address(ByteBuffer.allocate(10)), "of the heap");
    }

    @Test
    void whatAnotherThreadDoesToPositionAndLimitMeanwhileIsNotSeen() throws IOException {
        ByteBuffer dst = ByteBuffer.allocateDirect(10).limit(6).position(2);
        vector.set(dst);
        long address = vector.address(memory);

        dst.clear().position(9);

        assertEquals(4, vector.remaining());
        assertEquals(address, vector.address(memory));
        assertEquals(4, vector.scatter(ascii("abcdef"), 0, 6, "read"));
        assertEquals(6, dst.position());
        assertEquals("abcd", text(dst).substring(2));
        assertEquals(0, dst.get(6), "the byte behind the former limit");
    }

    @Test
    void aLimitThatAnotherThreadHasLoweredIsAnIllegalArgument() {
        ByteBuffer dst = room(10);
        vector.set(dst);

        dst.limit(3);

        assertThrows(IllegalArgumentException.class, () -> vector.scatter(ascii("abcdef"), 0, 6, "read"));
        assertThrows(IllegalArgumentException.class, () -> vector.gather(room(9), 0, 6, "write"));
        assertThrows(IllegalArgumentException.class, () -> vector.advance(6));
    }

    @Test
    void segmentsAreOfBuffersWithBytesAndNoneIfOneIsOfTheHeap() throws IOException {
        ByteBuffer[] direct = {ByteBuffer.allocateDirect(3), ByteBuffer.allocateDirect(0), ByteBuffer.allocateDirect(4)};
        vector.set(direct, 0, 3);
        assertEquals(2, vector.segments(memory));

        vector.set(new ByteBuffer[] {direct[0], room(1)}, 0, 2);
        assertEquals(0, vector.segments(memory));
        assertEquals(2, vector.gatherSegments(memory, "write", 64));
        assertEquals(4, vector.covered());
    }

    @Test
    void noBufferIsReachableOnceTheOperationHasEnded() {
        ByteBuffer buffer = ByteBuffer.allocate(9);
        WeakReference<ByteBuffer> reachable = new WeakReference<>(buffer);
        vector.set(new ByteBuffer[] {buffer, buffer, buffer}, 0, 3);
        vector.clear();
        buffer = null;

        Awaitility.await().until(() -> {
            System.gc();
            return reachable.refersTo(null);
        });
        assertEquals(0, vector.count());
    }

    private long address(ByteBuffer buffer) {
        vector.set(buffer);
        return vector.address(memory);
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
