// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.util.Arrays;

/** The keys of one channel, so that it can tell its selectors of what epoll does not know. Thread safe. */
public final class Registrations {

    private static final EpollSelectionKey[] NONE = {};

    // Replaced, never changed, under this object's monitor. An array, because a read of a part goes through it, and an iterator would be
    // allocated.
    private volatile EpollSelectionKey[] keys = NONE;

    /** Creates a channel's keys, none yet. */
    public Registrations() {}

    synchronized void add(EpollSelectionKey key) {
        EpollSelectionKey[] more = Arrays.copyOf(keys, keys.length + 1);
        more[keys.length] = key;
        keys = more;
    }

    /** Takes out a key that was added. */
    synchronized void remove(EpollSelectionKey key) {
        if (keys.length == 1) {
            keys = NONE;
            return;
        }
        int index = Arrays.asList(keys).indexOf(key);
        EpollSelectionKey[] fewer = Arrays.copyOf(keys, keys.length - 1);
        System.arraycopy(keys, index + 1, fewer, index, fewer.length - index);
        keys = fewer;
    }

    /** Makes every selector look at the channel again, also one that waits. Never blocks. */
    public void channelChanged() {
        for (EpollSelectionKey key : keys) {
            key.channelChanged();
        }
    }
}
