// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Bytes each of which says where it belongs, so that one lost, doubled or out of order is found. */
public final class PatternBytes {

    private PatternBytes() {}

    /** Fills a buffer's remaining bytes with those from {@code index} on, and leaves its position. */
    public static ByteBuffer fill(ByteBuffer buffer, int index) {
        for (int i = 0; i < buffer.remaining(); i++) {
            buffer.put(buffer.position() + i, at(index + i));
        }
        return buffer;
    }

    /** Reads {@code length} bytes, from {@code index} on. */
    public static void read(ReadableByteChannel channel, int index, int length) throws IOException {
        ByteBuffer part = ByteBuffer.allocateDirect(128 << 10);
        for (int done = 0; done < length; ) {
            int n = channel.read(part.clear().limit(Math.min(part.capacity(), length - done)));
            if (n < 0) {
                throw new AssertionError("the end came after " + done + " of " + length + " bytes");
            }
            for (int i = 0; i < n; i++) {
                if (part.get(i) != at(index + done + i)) {
                    throw new AssertionError("byte " + (index + done + i) + " is wrong");
                }
            }
            done += n;
        }
    }

    /** Reads the bytes from {@code from} up to {@code to}, and the end after them. */
    public static void readToEnd(ReadableByteChannel channel, int from, int to) throws IOException {
        read(channel, from, to - from);
        assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    }

    private static byte at(int index) {
        return (byte) (index ^ index >>> 8 ^ index >>> 16);
    }
}
