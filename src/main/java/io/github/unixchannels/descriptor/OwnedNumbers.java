// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The numbers that the objects of this library own, so that a number is not taken over twice.
 *
 * <p>A byte for each number: to take and to release one is a plain store, for two threads never have the same number at once, and the
 * system calls between them order the stores.
 */
public final class OwnedNumbers {

    private static final int NUMBERS_PER_CHUNK = 1 << 12;

    /** What a process may have open at most unless fs.nr_open was raised, proc(5). Of numbers above nothing is known. */
    private static final int MOST = 1 << 20;

    private static final AtomicReferenceArray<byte[]> CHUNKS = new AtomicReferenceArray<>(MOST / NUMBERS_PER_CHUNK);

    private OwnedNumbers() {}

    static void take(int number) {
        set(number, (byte) 1);
    }

    /** Says that a number is nobody's of this library any more. Called before the number is closed or given away. */
    public static void release(int number) {
        set(number, (byte) 0);
    }

    /** Whether an object of this library owns a number. */
    public static boolean isOwned(int number) {
        int index = number / NUMBERS_PER_CHUNK;
        byte[] chunk = number >= 0 && index < CHUNKS.length() ? CHUNKS.get(index) : null;
        return chunk != null && chunk[number % NUMBERS_PER_CHUNK] != 0;
    }

    private static void set(int number, byte owned) {
        int index = number / NUMBERS_PER_CHUNK;
        if (number < 0 || index >= CHUNKS.length()) {
            return;
        }
        byte[] chunk = CHUNKS.get(index);
        if (chunk == null) {
            CHUNKS.compareAndSet(index, null, new byte[NUMBERS_PER_CHUNK]);
            chunk = CHUNKS.get(index);
        }
        chunk[number % NUMBERS_PER_CHUNK] = owned;
    }
}
