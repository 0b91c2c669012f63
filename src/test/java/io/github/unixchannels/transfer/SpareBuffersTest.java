// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Buffers that are given back and taken again. */
class SpareBuffersTest {

    @Test
    void whatWasGivenIsTakenAgainAlsoAfterManyOfAnotherSize() {
        for (int bytes : new int[] {512, 64 << 10, 4096, 32 << 10}) {
            for (int i = 0; i < 20; i++) {
                SpareBuffers.give(ByteBuffer.allocate(bytes));
            }
            ByteBuffer taken = SpareBuffers.take(bytes);
            SpareBuffers.give(taken);

            boolean again = false;
            for (int i = 0; i < 8; i++) {
                again |= SpareBuffers.take(bytes) == taken;
            }
            assertTrue(again, () -> bytes + " bytes");
        }
    }

    @Test
    void aLargeBufferIsNotTakenForAFewBytes() {
        for (int i = 0; i < 20; i++) {
            SpareBuffers.give(ByteBuffer.allocate(64 << 10));
        }
        assertTrue(SpareBuffers.take(1).capacity() < 64 << 10);
    }
}
