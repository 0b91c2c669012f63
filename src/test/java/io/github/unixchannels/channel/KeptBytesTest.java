// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.Payload;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rest of a message, between two reads. */
class KeptBytesTest {

    private final KeptBytes kept = new KeptBytes();

    @Test
    void toKeepNothingIsNoRest() {
        kept.keep(ascii("abc"), 3, 0);

        assertFalse(kept.isPresent());
        assertEquals(0, kept.take(ByteBuffer.allocate(9)));
    }

    @Test
    void aRestIsThereUntilItsLastByteIsTaken() {
        kept.keep(ascii("abcdef"), 2, 4);
        ByteBuffer dst = ByteBuffer.allocate(3);

        assertTrue(kept.isPresent());
        assertEquals(3, kept.take(dst));
        assertEquals("cde", text(dst));
        assertEquals(0, kept.take(dst));
        assertTrue(kept.isPresent());
        assertEquals(1, kept.take(new ByteBuffer[] {dst, dst.clear(), ByteBuffer.allocate(1)}, 2, 1));
        assertFalse(kept.isPresent());
    }

    @Test
    void aShortRestAfterALongOneHasNothingOfIt() {
        kept.keep(ascii("a long rest"), 0, 11);
        kept.take(ByteBuffer.allocate(20));
        kept.keep(ascii("short"), 0, 5);
        ByteBuffer[] dsts = {ByteBuffer.allocate(2), ByteBuffer.allocate(0), ByteBuffer.allocateDirect(20)};

        assertEquals(5, kept.take(dsts, 0, 3));
        assertEquals("short", text(dsts));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 64 << 10, (64 << 10) + 1, 8 << 20})
    void restsOfAnySizeAreKeptOneAfterTheOther(int bytes) {
        byte[] content = Payload.bytes(bytes);
        for (int i = 0; i < 3; i++) {
            kept.keep(ByteBuffer.allocateDirect(bytes).put(0, content), 0, bytes);
            ByteBuffer dst = ByteBuffer.allocate(bytes);
            assertEquals(bytes, kept.take(dst));
            assertArrayEquals(content, dst.array());
            assertFalse(kept.isPresent());
        }
    }
}
