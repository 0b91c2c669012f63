// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.Backoff;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys whose connections wait for room in a listener's backlog. The kernel gives no event for it, so they are tried again from time to
 * time, all together, as long as a selection is in progress. Used by whoever holds the selector's monitor.
 */
final class BacklogWaiters {

    private final List<EpollSelectionKey> keys = new ArrayList<>();
    private Backoff backoff = new Backoff();
    private final Deadline nextAttempt = new Deadline();

    boolean isEmpty() {
        return keys.isEmpty();
    }

    void add(EpollSelectionKey key) {
        if (key.waitsForBacklog) {
            return;
        }
        key.waitsForBacklog = true;
        keys.add(key);
        backoff = new Backoff();
        nextAttempt.inNanos(backoff.nextNanos());
    }

    void remove(EpollSelectionKey key) {
        if (key.waitsForBacklog) {
            key.waitsForBacklog = false;
            keys.remove(key);
        }
    }

    /** Tries again if it is time to. */
    void retry() {
        if (!nextAttempt.hasPassed()) {
            return;
        }
        for (int i = 0; i < keys.size(); i++) {
            keys.get(i).selectable().retryConnect();
        }
        nextAttempt.inNanos(backoff.nextNanos());
    }

    /** Takes out a key that need not wait any more; null if there is none. */
    EpollSelectionKey takeSettled() {
        for (int i = 0; i < keys.size(); i++) {
            EpollSelectionKey key = keys.get(i);
            if (!key.selectable().awaitsBacklog()) {
                remove(key);
                return key;
            }
        }
        return null;
    }

    /** When the next attempt is due. */
    Deadline nextAttempt() {
        return nextAttempt;
    }
}
