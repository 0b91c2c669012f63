// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** An address beside its bytes as {@code sockaddr_un}, held as words of eight bytes with zeros behind the last. */
final class EncodedAddress {

    private final SocketAddress address;
    private final int lengthBytes;
    private final long[] words;

    /** Copies the bytes, which {@link #pad} has been called for. */
    EncodedAddress(SocketAddress address, ByteBuffer from, int offset, int lengthBytes) {
        this.address = address;
        this.lengthBytes = lengthBytes;
        this.words = new long[wordsOf(lengthBytes)];
        for (int i = 0; i < words.length; i++) {
            words[i] = from.getLong(offset + i * Long.BYTES);
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
            if (words[i] != buffer.getLong(offset + i * Long.BYTES)) {
                return false;
            }
        }
        return true;
    }

    void write(ByteBuffer to, int offset) {
        for (int i = 0; i < words.length; i++) {
            to.putLong(offset + i * Long.BYTES, words[i]);
        }
    }

    /** Writes zeros behind the bytes, up to the end of the word. */
    static void pad(ByteBuffer buffer, int offset, int lengthBytes) {
        for (int i = lengthBytes; i < wordsOf(lengthBytes) * Long.BYTES; i++) {
            buffer.put(offset + i, (byte) 0);
        }
    }

    static int hash(ByteBuffer buffer, int offset, int lengthBytes) {
        long hash = lengthBytes;
        for (int i = 0; i < wordsOf(lengthBytes); i++) {
            hash = 31 * hash + buffer.getLong(offset + i * Long.BYTES);
        }
        return Long.hashCode(hash * 0x9E3779B97F4A7C15L);
    }

    private static int wordsOf(int lengthBytes) {
        return (lengthBytes + Long.BYTES - 1) / Long.BYTES;
    }
}
