// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.nio.channels.SelectionKey;
import java.util.Arrays;
import java.util.Set;

/**
 * The cancelled keys of a selector, taken out of their set before anything is done about them.
 *
 * <p>Any thread cancels a key, with any lock held. So the monitor of the set is a leaf: under it no other lock is taken.
 */
final class CancelledKeys {

    private final Set<SelectionKey> cancelled;

    // Belong to the thread that holds the selector's monitor.
    private SelectorKey[] taken = new SelectorKey[16];
    private int count;

    CancelledKeys(Set<SelectionKey> cancelled) {
        this.cancelled = cancelled;
    }

    /** Takes all keys out of the set, for {@link #poll} to return. */
    void takeAll() {
        synchronized (cancelled) {
            if (cancelled.isEmpty()) {
                return;
            }
            int needed = count + cancelled.size();
            if (needed > taken.length) {
                taken = Arrays.copyOf(taken, Math.max(needed, taken.length * 2));
            }
            for (SelectionKey key : cancelled) {
                taken[count++] = (SelectorKey) key;
            }
            cancelled.clear();
        }
    }

    /** A key that was taken, once; null if there is no more. */
    SelectorKey poll() {
        if (count == 0) {
            return null;
        }
        SelectorKey key = taken[--count];
        taken[count] = null;
        return key;
    }

    /** Adds a key that is invalid, and that nobody can cancel any more. Called by any thread. */
    void add(SelectorKey key) {
        synchronized (cancelled) {
            cancelled.add(key);
        }
    }

    /** Makes a key invalid that a closed selector is not to remember. Called by any thread. */
    void cancelAndForget(SelectorKey key) {
        key.cancel();
        synchronized (cancelled) {
            cancelled.remove(key);
        }
    }

    void clear() {
        takeAll();
        Arrays.fill(taken, 0, count, null);
        count = 0;
    }
}
