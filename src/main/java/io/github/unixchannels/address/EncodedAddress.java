// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An address and its bytes as the kernel has them, held as words of eight bytes with zeros behind the last. A buffer that addresses are
 * read from has room for a whole word at their end.
 */
final class EncodedAddress {

    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final SocketAddress address;
    private final int lengthBytes;
    private final long[] words;

    EncodedAddress(SocketAddress address, ByteBuffer from, int offset, int lengthBytes) {
        this.address = address;
        this.lengthBytes = lengthBytes;
        this.words = new long[wordsOf(lengthBytes)];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(from, offset, i, lengthBytes);
        }
    }

    SocketAddress address() {
        return address;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /** Whether the buffer holds these very bytes. */
    boolean matches(ByteBuffer buffer, int offset, int length) {
        if (length != lengthBytes) {
            return false;
        }
        for (int i = 0; i < words.length; i++) {
            if (words[i] != word(buffer, offset, i, length)) {
                return false;
            }
        }
        return true;
    }

    /** Writes the bytes, and zeros behind them up to the end of the word. */
    void write(ByteBuffer to, int offset) {
        for (int i = 0; i < words.length; i++) {
            to.putLong(offset + i * Long.BYTES, words[i]);
        }
    }

    static int hash(ByteBuffer buffer, int offset, int lengthBytes) {
        long hash = lengthBytes;
        for (int i = 0; i < wordsOf(lengthBytes); i++) {
            hash = 31 * hash + word(buffer, offset, i, lengthBytes);
        }
        return Long.hashCode(hash * 0x9E3779B97F4A7C15L);
    }

    /** One word of an address of this length; what is behind the last byte reads as zeros. */
    private static long word(ByteBuffer buffer, int offset, int index, int lengthBytes) {
        long word = buffer.getLong(offset + index * Long.BYTES);
        int beyond = (index + 1) * Long.BYTES - lengthBytes;
        if (beyond <= 0) {
            return word;
        }
        int bits = beyond * Byte.SIZE;
        return LITTLE_ENDIAN ? word << bits >>> bits : word >>> bits << bits;
    }

    private static int wordsOf(int lengthBytes) {
        return (lengthBytes + Long.BYTES - 1) / Long.BYTES;
    }
}
