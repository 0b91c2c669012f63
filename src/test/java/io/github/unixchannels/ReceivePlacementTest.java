// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where in a buffer the bytes of a message get that is received with what travels beside it. */
@ExtendWith(NothingLeaks.class)
class ReceivePlacementTest {

    private static final int BEFORE = 3;
    private static final int BEHIND = 5;

    /** Enough for a direct buffer's address to be remembered: the first receives copy, the later ones do not. */
    private static final int RECEIVES = 200;

    static Stream<Arguments> typesAndBuffers() {
        return Stream.of(UnixProtocolFamily.values())
                .flatMap(family -> Stream.of(1, 64, 4096, 4097, 20_000)
                        .flatMap(room -> Stream.of(true, false).map(direct -> Arguments.of(family, room, direct))));
    }

    @ParameterizedTest
    @MethodSource("typesAndBuffers")
    void aMessageFillsWhatRemainsAndNothingElse(UnixProtocolFamily family, int room, boolean direct) throws IOException {
        boolean stream = family == UnixProtocolFamily.STREAM;
        ByteBuffer src = ByteBuffer.allocate(stream ? room : room + 7);
        ByteBuffer dst = direct ? ByteBuffer.allocateDirect(BEFORE + room + BEHIND) : ByteBuffer.allocate(BEFORE + room + BEHIND);
        byte[] expected = new byte[dst.capacity()];
        byte[] actual = new byte[dst.capacity()];
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData beside = AncillaryData.create()) {
            for (int i = 1; i <= RECEIVES; i++) {
                Arrays.fill(src.array(), (byte) i);
                assertEquals(src.capacity(), ends.first().send(src.clear(), beside));
                dst.limit(BEFORE + room).position(BEFORE);

                MessageInfo info = ends.second().receive(dst, beside);

                assertEquals(BEFORE + room, dst.position());
                assertEquals(room, info.length());
                assertEquals(src.capacity(), info.fullLength());
                Arrays.fill(expected, BEFORE, BEFORE + room, (byte) i);
                dst.clear().get(0, actual);
                assertArrayEquals(expected, actual);
            }
        }
    }
}
