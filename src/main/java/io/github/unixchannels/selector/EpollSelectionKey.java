// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.nio.channels.SelectableChannel;

/** The registration of a channel of this library. */
final class EpollSelectionKey extends SelectorKey {

    private final Selectable selectable;

    /** Its place among the {@link SelectorDescriptors}, or -1: if the channel's descriptor was closed when it came. Set before it is seen. */
    int place = -1;

    // What follows belongs to the thread that holds the selector's monitor.

    /** The number it has in the epoll instance, or -1. */
    int slot = -1;

    /** The events that the epoll instance waits for, or -1 if it is not in there. */
    int armedEvents = -1;

    /** The wait in whose events it last appeared. */
    long seenInWait;

    /** Whether it is among the keys whose channels keep bytes. */
    boolean keeps;

    /** Whether it is among the {@link Retries}. */
    boolean awaitsRetry;

    /** When to try again, by {@link System#nanoTime}, if it is among them. */
    long nextRetryNanos;

    EpollSelectionKey(EpollSelector selector, SelectableChannel channel, Selectable selectable) {
        super(selector, channel);
        this.selectable = selectable;
    }

    Selectable selectable() {
        return selectable;
    }
}
