// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Bytes to send, and bytes received as something to compare. */
public final class Payload {

    /** The longest message that the default SO_SNDBUF of 212,992 bytes allows. */
    public static final int LONGEST_MESSAGE_BYTES = 212_960;

    private Payload() {}

    /** So many bytes, always the same for one length, and hardly any two runs of them alike. */
    public static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** A buffer with these characters. */
    public static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The characters before the position of a buffer. */
    public static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** The characters before the positions of several buffers. */
    public static String text(ByteBuffer... buffers) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer buffer : buffers) {
            text.append(text(buffer));
        }
        return text.toString();
    }
}
