// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import java.nio.ByteBuffer;

/**
 * The bytes of a message that its reader had no room for. Used by whoever has entered for reading; {@link #isPresent} by anybody.
 */
final class KeptBytes {

    private static final byte[] NONE = new byte[0];

    /** Of all that keep nothing; it has no position to share. */
    private static final ByteBuffer NO_BYTES = ByteBuffer.wrap(NONE);

    /** What is larger is not kept for use again. */
    private static final int REUSED_BYTES = 64 << 10;

    private byte[] array = NONE;
    private ByteBuffer bytes = NO_BYTES;

    private volatile boolean present;

    boolean isPresent() {
        return present;
    }

    /** Copies {@code lengthBytes} bytes, perhaps none. There are none here now. */
    void keep(ByteBuffer from, int fromIndex, int lengthBytes) {
        if (lengthBytes == 0) {
            return;
        }
        if (array.length < lengthBytes) {
            array = new byte[Math.max(lengthBytes, 512)];
            bytes = ByteBuffer.wrap(array);
        }
        from.get(fromIndex, array, 0, lengthBytes);
        bytes.clear().limit(lengthBytes);
        present = true;
    }

    /** How many bytes there are. */
    int remaining() {
        return present ? bytes.remaining() : 0;
    }

    /** Forgets what there is. */
    void drop() {
        bytes.position(bytes.limit());
        dropIfEmpty();
    }

    /** Moves as many bytes as fit; returns how many. */
    int take(ByteBuffer dst) {
        int n = Buffers.put(bytes, bytes.position(), Math.min(bytes.remaining(), dst.remaining()), dst);
        bytes.position(bytes.position() + n);
        dropIfEmpty();
        return n;
    }

    /** Moves as many bytes as fit into several buffers; returns how many. */
    int take(ByteBuffer[] dsts, int offset, int length) {
        int before = bytes.remaining();
        for (int i = offset; i < offset + length && bytes.hasRemaining(); i++) {
            int n = Buffers.put(bytes, bytes.position(), Math.min(bytes.remaining(), dsts[i].remaining()), dsts[i]);
            bytes.position(bytes.position() + n);
        }
        int taken = before - bytes.remaining();
        dropIfEmpty();
        return taken;
    }

    private void dropIfEmpty() {
        if (bytes.hasRemaining()) {
            return;
        }
        present = false;
        if (array.length > REUSED_BYTES) {
            array = NONE;
            bytes = NO_BYTES;
        }
    }
}
