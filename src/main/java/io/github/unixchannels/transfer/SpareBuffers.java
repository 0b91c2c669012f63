// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Heap buffers of the process that no channel needs at the moment, at most {@value #MOST} of at most {@value #MOST_BYTES} bytes, so that a
 * reader that reads each message in parts leaves no garbage, and a channel that has nothing to keep has no memory for it. Thread safe.
 */
final class SpareBuffers {

    private static final int MOST = 8;
    private static final int MOST_BYTES = 64 << 10;
    private static final int LEAST_BYTES = 512;

    /** A larger buffer than this many times what is needed is not given out: it would hold memory for nothing. */
    private static final int MOST_TIMES = 4;

    private static final AtomicReferenceArray<ByteBuffer> SPARE = new AtomicReferenceArray<>(MOST);

    private SpareBuffers() {}

    /** A buffer of at least so many bytes, with no defined content and its position at 0. */
    static ByteBuffer take(int needBytes) {
        int need = Math.max(needBytes, LEAST_BYTES);
        for (int i = 0; i < MOST; i++) {
            ByteBuffer spare = SPARE.get(i);
            if (spare != null && spare.capacity() >= need && spare.capacity() / MOST_TIMES <= need && SPARE.compareAndSet(i, spare, null)) {
                return spare.clear();
            }
        }
        return ByteBuffer.allocate(need);
    }

    /** The caller has no use for the buffer any more. Where there is no place it takes another's: the size that is needed changes. */
    static void give(ByteBuffer buffer) {
        if (buffer.capacity() > MOST_BYTES) {
            return;
        }
        for (int i = 0; i < MOST; i++) {
            if (SPARE.get(i) == null && SPARE.compareAndSet(i, null, buffer)) {
                return;
            }
        }
        SPARE.set((int) Thread.currentThread().getId() & MOST - 1, buffer);
    }
}
