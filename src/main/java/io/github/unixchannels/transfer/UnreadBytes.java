// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that the kernel has given out and that no buffer has taken: the rest of a message for which a reader had no room, and what could not
 * be copied to its buffer. Used by the thread that has entered for reading; {@link #isPresent} by any.
 */
public final class UnreadBytes {

    /** Null while there are none: a channel that waits for its next message has no memory for a rest. */
    private ByteBuffer bytes;

    private volatile boolean present;

    public boolean isPresent() {
        return present;
    }

    /**
     * Copies bytes to buffers, and keeps those that there is no room for or, when it throws, that could not be copied. None are kept before.
     *
     * @param operation what the bytes are of, for messages
     * @return how many bytes the buffers got
     * @throws RuntimeException as {@link BufferVector#scatter}
     * @throws IOException likewise
     */
    public int deliver(ByteBuffer from, int fromIndex, int lengthBytes, BufferVector dsts, String operation) throws IOException {
        long room = dsts.remaining();
        try {
            return dsts.scatter(from, fromIndex, lengthBytes, operation);
        } finally {
            int taken = (int) (room - dsts.remaining());
            keep(from, fromIndex + taken, lengthBytes - taken);
        }
    }

    /** Copies {@code lengthBytes} bytes, which may be 0. There are none here now. */
    public void keep(ByteBuffer from, int fromIndex, int lengthBytes) {
        if (lengthBytes == 0) {
            return;
        }
        ByteBuffer spare = SpareBuffers.take(lengthBytes);
        bytes = spare.put(0, from, fromIndex, lengthBytes).limit(lengthBytes);
        present = true;
    }

    /** How many bytes there are. Called by any thread, while another may take some. */
    public int remaining() {
        ByteBuffer kept = bytes;
        return kept == null ? 0 : kept.remaining();
    }

    /** Forgets what there is. */
    public void drop() {
        present = false;
        if (bytes != null) {
            SpareBuffers.give(bytes);
            bytes = null;
        }
    }

    /**
     * Moves as many bytes as fit; those that could not be copied stay.
     *
     * @param operation what the bytes are of, for messages
     * @return how many
     * @throws RuntimeException as {@link BufferVector#scatter}
     * @throws IOException likewise
     */
    public int take(BufferVector dsts, String operation) throws IOException {
        if (!present) {
            return 0;
        }
        ByteBuffer kept = bytes;
        long room = dsts.remaining();
        try {
            return dsts.scatter(kept, kept.position(), kept.remaining(), operation);
        } finally {
            kept.position(kept.position() + (int) (room - dsts.remaining()));
            if (!kept.hasRemaining()) {
                drop();
            }
        }
    }

    /** As {@link #take(BufferVector, String)}, into a buffer that can take them. */
    public int take(ByteBuffer dst, int dstIndex, int roomBytes) {
        int n = Math.min(roomBytes, remaining());
        if (n > 0) {
            dst.put(dstIndex, bytes, bytes.position(), n);
            bytes.position(bytes.position() + n);
            if (!bytes.hasRemaining()) {
                drop();
            }
        }
        return n;
    }
}
