// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;

/** What memory a buffer is in. */
enum Memory {
    HEAP, HEAP_SLICE, DIRECT, DIRECT_SLICE;

    /** How many bytes a buffer has before its position, and after its limit. */
    static final int MARGIN = 3;

    /** A buffer with room for so many bytes, and zeros before its position and after its limit. */
    ByteBuffer room(int bytes) {
        int all = bytes + 2 * MARGIN;
        ByteBuffer memory = this == HEAP || this == HEAP_SLICE ? ByteBuffer.allocate(all + 7) : ByteBuffer.allocateDirect(all + 7);
        ByteBuffer part = this == HEAP || this == DIRECT ? memory : memory.slice(5, all);
        return part.limit(MARGIN + bytes).position(MARGIN);
    }

    /** A buffer with these bytes. */
    ByteBuffer of(byte[] content) {
        return room(content.length).put(MARGIN, content);
    }

    /** Checks that a buffer of {@link #room} holds these bytes, up to its position, and else nothing. */
    static void assertTaken(byte[] expected, ByteBuffer buffer) {
        assertEquals(MARGIN + expected.length, buffer.position());
        assertEquals(ByteBuffer.allocate(buffer.capacity()).put(MARGIN, expected), buffer.duplicate().clear());
    }
}
