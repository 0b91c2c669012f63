// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Transfers of many buffers, and of more than is there or fits. */
class ScatterGatherContract extends ContractTest {

    private static final int BUFFERS = 3000;

    @Test
    void c130_aScatteringReadIntoMoreBuffersThanOneSystemCallTakesFillsThemFromTheFront() throws Exception {
        Pair pair = pair();
        byte[] content = new byte[2000];
        new Random(1).nextBytes(content);
        pair.accepted().write(ByteBuffer.wrap(content));
        ByteBuffer[] dsts = new ByteBuffer[BUFFERS];
        Arrays.setAll(dsts, i -> i % 2 == 0 ? ByteBuffer.allocate(1) : ByteBuffer.allocateDirect(1));
        ByteBuffer received = ByteBuffer.allocate(content.length);
        while (received.hasRemaining()) {
            int from = received.position();
            long n = pair.client().read(dsts, from, BUFFERS - from);
            assertTrue(n > 0);
            for (int i = from; i < BUFFERS; i++) {
                assertEquals(i < from + n ? 1 : 0, dsts[i].position(), "buffer " + i);
            }
            for (int i = from; i < from + n; i++) {
                received.put(dsts[i].get(0));
            }
        }
        assertArrayEquals(content, received.array());
    }

    @Test
    @Requires(Capability.BYTE_STREAM)
    void c136_aNonBlockingGatheringWriteThatDoesNotFitEmptiesTheBuffersFromTheFront() throws Exception {
        Pair pair = pair();
        pair.client().configureBlocking(false);
        ByteBuffer[] srcs = new ByteBuffer[9];
        Arrays.setAll(srcs, i -> i % 2 == 0 ? ByteBuffer.allocate(1 << 20) : ByteBuffer.allocateDirect(1 << 20));
        long left = pair.client().write(srcs);
        assertTrue(left > 0);
        for (ByteBuffer src : srcs) {
            assertEquals(Math.min(left, src.limit()), src.position());
            left -= src.position();
        }
        assertEquals(0, left);
        assertTrue(srcs[srcs.length - 1].hasRemaining(), "all fitted");
    }
}
