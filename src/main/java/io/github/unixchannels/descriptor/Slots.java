// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Objects under small numbers that are used again: what epoll's 64 bits of user data can carry. Not thread safe.
 *
 * @param <T> what is numbered
 */
public final class Slots<T> {

    private Object[] objects = new Object[16];
    private int[] free = new int[16];
    private int freeCount;
    private int used;

    /** Numbers an object. */
    public int add(T object) {
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == objects.length) {
            objects = Arrays.copyOf(objects, slot * 2);
        }
        objects[slot] = object;
        return slot;
    }

    /** The object with this number, or null. */
    @SuppressWarnings("unchecked") // only add stores
    public T get(int slot) {
        return slot < objects.length ? (T) objects[slot] : null;
    }

    /** Whether no number is in use. */
    public boolean isEmpty() {
        return used == freeCount;
    }

    /** Does something with every object. */
    @SuppressWarnings("unchecked") // only add stores
    public void forEach(Consumer<? super T> action) {
        for (int slot = 0; slot < used; slot++) {
            if (objects[slot] != null) {
                action.accept((T) objects[slot]);
            }
        }
    }

    /** Gives a number back. */
    public void remove(int slot) {
        objects[slot] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = slot;
    }
}
