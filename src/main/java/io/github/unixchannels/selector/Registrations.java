// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.util.concurrent.CopyOnWriteArrayList;

/** The keys of one channel, so that it can tell its selectors of what epoll does not know. Thread safe. */
public final class Registrations {

    private final CopyOnWriteArrayList<EpollSelectionKey> keys = new CopyOnWriteArrayList<>();

    /** Creates a channel's keys, none yet. */
    public Registrations() {}

    void add(EpollSelectionKey key) {
        keys.add(key);
    }

    void remove(EpollSelectionKey key) {
        keys.remove(key);
    }

    /** Makes every selector look at the channel again, also one that waits. Never blocks. */
    public void channelChanged() {
        for (EpollSelectionKey key : keys) {
            key.selector().channelChanged(key);
        }
    }
}
