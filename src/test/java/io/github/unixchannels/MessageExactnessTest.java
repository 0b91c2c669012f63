// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An empty message, the end of the stream, a message that is longer than the buffer, and nothing at all are four different answers. */
@ExtendWith(NothingLeaks.class)
class MessageExactnessTest {

    @Test
    void emptyMessagesJustBeforeTheEndAreMessages() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET); AncillaryData beside = AncillaryData.create()) {
            ends.first().send(ByteBuffer.allocate(0), beside);
            ends.first().send(ByteBuffer.allocate(0), beside);
            ends.first().close();
            ByteBuffer dst = ByteBuffer.allocate(10);

            for (int i = 0; i < 2; i++) {
                MessageInfo info = ends.second().receive(dst, beside);
                assertFalse(info.isEnd());
                assertEquals(0, info.length());
            }
            assertTrue(ends.second().receive(dst, beside).isEnd());
            assertTrue(ends.second().receive(dst, beside).isEnd());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void aMessageThatIsTooLongSaysHowLongItWas(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData beside = AncillaryData.create()) {
            for (ByteBuffer dst : new ByteBuffer[] {ByteBuffer.allocate(10), ByteBuffer.allocateDirect(5000), ByteBuffer.allocate(0)}) {
                ends.first().send(ByteBuffer.allocate(6000), beside);

                MessageInfo info = ends.second().receive(dst, beside);

                assertTrue(info.isTruncated());
                assertEquals(dst.capacity(), info.length());
                assertEquals(6000, info.fullLength());
                assertEquals(dst.capacity(), dst.position());
            }
            ends.second().channel().configureBlocking(false);
            assertNull(ends.second().receive(ByteBuffer.allocate(10), beside));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoopAllocatesNothing(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData beside = AncillaryData.create()) {
            ByteBuffer src = ByteBuffer.allocateDirect(64);
            ByteBuffer dst = ByteBuffer.allocate(64);
            Allocations.assertNone(() -> {
                ends.first().send(src.clear(), beside);
                assertEquals(64, ends.second().receive(dst.clear(), beside).length());
            });
        }
    }
}
