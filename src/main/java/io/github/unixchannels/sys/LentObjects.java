// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A bounded number of objects that threads lend each other. An object is taken and given back by one atomic operation each, and nothing is
 * allocated, as long as the threads that are at it at one time prefer different slots. Thread safe.
 */
final class LentObjects<T> {

    /** At least twice as many objects as there are processors: a power of two. */
    static final int SLOTS = Integer.highestOneBit(Math.min(Runtime.getRuntime().availableProcessors(), 64) * 4 - 1);

    /** Slots stand a cache line apart: 16 references of 4 bytes. */
    private static final int STRIDE_SHIFT = 4;

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SLOTS << STRIDE_SHIFT);

    /**
     * Takes an object out.
     *
     * @param preferred where to look first: any number
     * @return null if all are lent
     */
    T take(int preferred) {
        for (int i = 0; i < SLOTS; i++) {
            int slot = slot(preferred, i);
            if (slots.getOpaque(slot) != null) {
                T taken = slots.getAndSet(slot, null);
                if (taken != null) {
                    return taken;
                }
            }
        }
        return null;
    }

    /**
     * Gives an object back.
     *
     * @param preferred where to put it if that slot is free: any number
     * @return false if there are enough: the object is still the caller's
     */
    boolean give(int preferred, T object) {
        for (int i = 0; i < SLOTS; i++) {
            if (slots.compareAndSet(slot(preferred, i), null, object)) {
                return true;
            }
        }
        return false;
    }

    private static int slot(int preferred, int i) {
        return (preferred + i & SLOTS - 1) << STRIDE_SHIFT;
    }
}
