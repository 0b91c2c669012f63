// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * The bytes of a message: which flow and lane it belongs to, its place in the lane, how many descriptors are with it, and a checksum of
 * all.
 *
 * <pre>
 *   int flow; int lane; int sequence; int descriptors; int length; int unused; long crc; byte random[];
 * </pre>
 */
record Content(int flow, int lane, int sequence, int descriptors, int length) {

    static final int HEADER_BYTES = 32;

    private static final int CRC = 24;

    /** The message as bytes, {@code length} of them. */
    byte[] bytes() {
        byte[] message = new byte[length];
        new SplittableRandom((long) flow << 40 ^ (long) lane << 32 ^ sequence).nextBytes(message);
        ByteBuffer header = ByteBuffer.wrap(message);
        header.putInt(flow).putInt(lane).putInt(sequence).putInt(descriptors).putInt(length).putInt(0);
        header.putLong(CRC, 0);
        return header.putLong(CRC, checksum(message)).array();
    }

    /** What a message says of itself; null if its length or its checksum is wrong. */
    static Content of(byte[] message) {
        if (message.length < HEADER_BYTES) {
            return null;
        }
        byte[] copy = message.clone();
        ByteBuffer header = ByteBuffer.wrap(copy);
        long crc = header.getLong(CRC);
        header.putLong(CRC, 0);
        Content content = new Content(header.getInt(0), header.getInt(4), header.getInt(8), header.getInt(12), header.getInt(16));
        return content.length == message.length && crc == checksum(copy) ? content : null;
    }

    /** The length that the first bytes of a message tell, whatever the others are. */
    static int lengthIn(ByteBuffer first) {
        return first.getInt(16);
    }

    private static long checksum(byte[] message) {
        CRC32 crc = new CRC32();
        crc.update(message);
        return crc.getValue();
    }
}
