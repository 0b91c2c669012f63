// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;

/** The kinds of memory a buffer can be in. Each buffer made here has other bytes before its position and after its limit. */
public enum BufferKind {
    HEAP {
        @Override
        ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocate(bytes);
        }
    },

    HEAP_SLICE {
        @Override
        ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocate(bytes + 7).slice(5, bytes);
        }
    },

    DIRECT {
        @Override
        ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocateDirect(bytes);
        }
    },

    DIRECT_SLICE {
        @Override
        ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocateDirect(bytes + 7).slice(5, bytes);
        }
    };

    /** How many bytes there are before the position and after the limit. */
    public static final int MARGIN = 3;

    private static final byte MARGIN_BYTE = 0x5a;

    abstract ByteBuffer allocate(int bytes);

    /** A buffer with room for so many bytes. */
    public ByteBuffer room(int bytes) {
        return roomIn(allocate(bytes + 2 * MARGIN));
    }

    /** All of that memory but the margins, as {@link #room} has them. */
    public static ByteBuffer roomIn(ByteBuffer memory) {
        int end = memory.capacity() - MARGIN;
        for (int i = 0; i < MARGIN; i++) {
            memory.put(i, MARGIN_BYTE).put(end + i, MARGIN_BYTE);
        }
        return memory.limit(end).position(MARGIN);
    }

    /** A buffer with these bytes. */
    public ByteBuffer of(byte[] content) {
        ByteBuffer buffer = room(content.length);
        return buffer.put(MARGIN, content);
    }

    /** The bytes that were put into a buffer of {@link #room}. */
    public static byte[] taken(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position() - MARGIN];
        buffer.get(MARGIN, bytes);
        return bytes;
    }

    /** Checks that the bytes around the room of a buffer of {@link #room} are as they were. */
    public static void assertMarginsUntouched(ByteBuffer buffer) {
        ByteBuffer whole = buffer.duplicate().clear();
        for (int i = 0; i < MARGIN; i++) {
            assertEquals(MARGIN_BYTE, whole.get(i), "byte before the position");
            assertEquals(MARGIN_BYTE, whole.get(buffer.limit() + i), "byte after the limit");
        }
    }
}
