// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys whose channels wait for what the kernel gives no event for: room in a listener's backlog, or in the queue of a receiver of
 * datagrams. They are tried again from time to time, each in its own, as long as a selection is in progress. Used by the thread that
 * holds the selector's monitor.
 */
final class Retries {

    private final List<EpollSelectionKey> keys = new ArrayList<>();
    private final Deadline next = new Deadline();

    boolean isEmpty() {
        return keys.isEmpty();
    }

    void add(EpollSelectionKey key) {
        if (key.awaitsRetry) {
            return;
        }
        key.awaitsRetry = true;
        key.nextRetryNanos = System.nanoTime() + key.selectable().retryDelayNanos();
        keys.add(key);
        next.atNanos(earliest());
    }

    void remove(EpollSelectionKey key) {
        if (key.awaitsRetry) {
            key.awaitsRetry = false;
            keys.remove(key);
        }
    }

    /** Tries those again whose time has come. */
    void retry() {
        if (!next.hasPassed()) {
            return;
        }
        for (int i = 0; i < keys.size(); i++) {
            EpollSelectionKey key = keys.get(i);
            if (key.nextRetryNanos - System.nanoTime() <= 0) {
                key.selectable().retry();
                key.nextRetryNanos = System.nanoTime() + key.selectable().retryDelayNanos();
            }
        }
        next.atNanos(earliest());
    }

    private long earliest() {
        long earliest = keys.get(0).nextRetryNanos;
        for (int i = 1; i < keys.size(); i++) {
            long nanos = keys.get(i).nextRetryNanos;
            earliest = nanos - earliest < 0 ? nanos : earliest;
        }
        return earliest;
    }

    /** Takes out a key that need not wait any more; null if there is none. */
    EpollSelectionKey takeSettled() {
        for (int i = 0; i < keys.size(); i++) {
            EpollSelectionKey key = keys.get(i);
            if (!key.selectable().awaitsRetry(key.interest())) {
                remove(key);
                return key;
            }
        }
        return null;
    }

    /** When the next attempt is due, if there are keys. */
    Deadline next() {
        return next;
    }
}
