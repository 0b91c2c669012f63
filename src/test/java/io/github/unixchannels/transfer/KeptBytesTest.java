// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.Payload;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a read left, between two reads. */
class KeptBytesTest {

    private final UnreadBytes kept = new UnreadBytes();

    @Test
    void toKeepNothingIsNoRest() throws IOException {
        kept.keep(ascii("abc"), 3, 0);

        assertFalse(kept.isPresent());
        assertEquals(0, take(ByteBuffer.allocate(9)));
    }

    @Test
    void aRestIsThereUntilItsLastByteIsTaken() throws IOException {
        kept.keep(ascii("abcdef"), 2, 4);
        ByteBuffer dst = ByteBuffer.allocate(3);

        assertTrue(kept.isPresent());
        assertEquals(3, take(dst));
        assertEquals("cde", text(dst));
        assertEquals(0, take(dst));
        assertTrue(kept.isPresent());
        assertEquals(1, take(dst.clear().limit(0), ByteBuffer.allocate(1)));
        assertFalse(kept.isPresent());
    }

    @Test
    void aShortRestAfterALongOneHasNothingOfIt() throws IOException {
        kept.keep(ascii("a long rest"), 0, 11);
        take(ByteBuffer.allocate(20));
        kept.keep(ascii("short"), 0, 5);
        ByteBuffer[] dsts = {ByteBuffer.allocate(2), ByteBuffer.allocate(0), ByteBuffer.allocateDirect(20)};

        assertEquals(5, take(dsts));
        assertEquals("short", text(dsts));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 64 << 10, (64 << 10) + 1, 8 << 20})
    void restsOfAnySizeAreKeptOneAfterTheOther(int bytes) throws IOException {
        byte[] content = Payload.bytes(bytes);
        for (int i = 0; i < 3; i++) {
            kept.keep(ByteBuffer.allocateDirect(bytes).put(0, content), 0, bytes);
            ByteBuffer dst = ByteBuffer.allocate(bytes);
            assertEquals(bytes, take(dst));
            assertArrayEquals(content, dst.array());
            assertFalse(kept.isPresent());
        }
    }

    @Test
    void whatHasNoRoomIsKept() throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(2);

        assertEquals(2, kept.deliver(ascii("xabcd"), 1, 4, vector(dst), "read"));

        assertEquals("ab", text(dst));
        assertEquals("cd", rest());
    }

    @Test
    void whatCannotBeCopiedIsKept() throws IOException {
        ByteBuffer first = ByteBuffer.allocate(2);
        ByteBuffer second = ByteBuffer.allocate(9);
        BufferVector dsts = vector(first, second);
        second.limit(1);

        assertThrows(IllegalArgumentException.class, () -> kept.deliver(ascii("abcd"), 0, 4, dsts, "read"));

        assertEquals("ab", text(first));
        assertEquals(0, second.position());
        assertThrows(IllegalArgumentException.class, () -> kept.take(dsts, "read"));
        assertEquals("cd", rest());
    }

    /** With what was kept still held, that would be 16 MiB. */
    @Test
    void aChannelThatHasReadAllHoldsNoMemoryForARest() throws IOException {
        UnreadBytes[] channels = new UnreadBytes[256];
        ByteBuffer from = ByteBuffer.allocate(64 << 10);
        ByteBuffer to = ByteBuffer.allocate(64 << 10);
        long before = usedBytesAfterCollection();
        for (int i = 0; i < channels.length; i++) {
            channels[i] = new UnreadBytes();
            channels[i].keep(from, 0, from.capacity());
            channels[i].take(vector(to.clear()), "read");
        }

        Awaitility.await().until(() -> usedBytesAfterCollection() - before < 8 << 20);
        Reference.reachabilityFence(channels);
    }

    private static long usedBytesAfterCollection() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private String rest() throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(99);
        take(dst);
        return text(dst);
    }

    private int take(ByteBuffer... dsts) throws IOException {
        return kept.take(vector(dsts), "read");
    }

    private static BufferVector vector(ByteBuffer... buffers) {
        BufferVector vector = new BufferVector("test");
        vector.set(buffers, 0, buffers.length);
        return vector;
    }
}
