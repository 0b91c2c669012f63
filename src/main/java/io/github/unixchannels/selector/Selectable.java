// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.Descriptor;

/** What a channel shows its selector. Every method may be called by any thread, and none waits. */
public interface Selectable {

    /** What {@link #pollEvents} returns if the descriptor is not to be waited on at present, not for a hang-up either. */
    int NOT_POLLED = -1;

    /** The descriptor to wait on. A key stays inside it while it is registered. */
    Descriptor descriptor();

    /** Where the channel's keys are told of. */
    Registrations registrations();

    /** The events of poll(2) that can make one of the interest operations ready in the channel's present state. */
    int pollEvents(int interestOps);

    /** Which of the interest operations are ready when poll(2) reports these events. */
    int readyOps(int events, int interestOps);

    /** Whether there are bytes to read that the kernel no longer has. */
    boolean hasKept();

    /** Whether the channel waits for what the kernel gives no event for, so that only {@link #retry}, after a while, gets on. */
    boolean awaitsRetry(int interestOps);

    /** How long to wait before the next retry. */
    long retryDelayNanos();

    /** Tries again, unless the channel is in use for that. */
    void retry();
}
