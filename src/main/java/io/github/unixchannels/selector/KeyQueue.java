// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.util.Arrays;

/**
 * Keys that the selecting thread is to look at, put here by any thread. A key stands in it once at most, and once the queue has grown to
 * its working size nothing is allocated. Thread safe, except that one thread at a time takes.
 */
final class KeyQueue {

    /** This queue's bit in {@link SelectorKey#queues}. */
    private final int bit;

    // Guards changes of the count, the exchange of the arrays and the keys' bit; held for a few instructions a key.
    private final Object lock;
    private SelectorKey[] filling = new SelectorKey[16];
    private volatile int count;

    private SelectorKey[] taken = new SelectorKey[16];

    /**
     * Creates a queue.
     *
     * @param lock the one lock of all queues of a selector
     * @param bit one bit, different for each of them
     */
    KeyQueue(Object lock, int bit) {
        this.lock = lock;
        this.bit = bit;
    }

    void add(SelectorKey key) {
        synchronized (lock) {
            if ((key.queues & bit) != 0) {
                return;
            }
            key.queues |= bit;
            if (count == filling.length) {
                filling = Arrays.copyOf(filling, count * 2);
            }
            filling[count++] = key;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Takes all keys out, for {@link #taken} to return; returns how many. */
    int takeAll() {
        if (count == 0) {
            return 0;
        }
        synchronized (lock) {
            int n = count;
            for (int i = 0; i < n; i++) {
                filling[i].queues &= ~bit;
            }
            SelectorKey[] full = filling;
            filling = taken;
            taken = full;
            count = 0;
            return n;
        }
    }

    void clear() {
        int n = takeAll();
        Arrays.fill(taken, 0, n, null);
    }

    /** One of the keys last taken, once. */
    SelectorKey taken(int index) {
        SelectorKey key = taken[index];
        taken[index] = null;
        return key;
    }
}
