// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.Descriptor;

/** What a channel shows its selector. Every method may be called by any thread, and none waits. */
public interface Selectable {

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

    /** Whether a connection is pending of which the kernel knows nothing, so that only {@link #retryConnect} can get on. */
    boolean awaitsBacklog();

    /** Tries to connect again, unless the channel is in use for that. */
    void retryConnect();
}
