// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.selector.Registrations;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.transfer.UnreadBytes;

/**
 * Of a channel that does one thing: it is ready when its descriptor can be read, or can be written to, and no more is to be known of
 * it.
 */
public class SingleReadiness implements Selectable {

    private final Descriptor descriptor;
    private final int operation;
    private final int event;
    private final Registrations registrations = new Registrations();
    private final UnreadBytes kept = new UnreadBytes();

    /**
     * Of a channel of that descriptor.
     *
     * @param operation what it does, as in {@link java.nio.channels.SelectionKey}
     * @param event when it is ready: POLLIN or POLLOUT
     */
    public SingleReadiness(Descriptor descriptor, int operation, int event) {
        this.descriptor = descriptor;
        this.operation = operation;
        this.event = event;
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public Registrations registrations() {
        return registrations;
    }

    @Override
    public int pollEvents(int interestOps) {
        return (interestOps & operation) != 0 ? event : 0;
    }

    /** An error or a hang-up makes it ready: the next operation tells which. */
    @Override
    public int readyOps(int events, int interestOps) {
        int ready = event | Linux.POLLERR | Linux.POLLHUP;
        return (events & ready) != 0 ? interestOps : 0;
    }

    /** What was read and no buffer took. Used by the thread that has entered for reading. */
    public final UnreadBytes kept() {
        return kept;
    }

    /** A read has ended: what it kept is to be reported though the kernel has no event for it. */
    public final void inputChanged() {
        if (kept.isPresent()) {
            registrations.channelChanged();
        }
    }

    @Override
    public boolean hasKept() {
        return kept.isPresent();
    }

    @Override
    public boolean awaitsRetry(int interestOps) {
        return false;
    }

    @Override
    public long retryDelayNanos() {
        throw new AssertionError("nothing is tried again");
    }

    @Override
    public void retry() {
        throw new AssertionError("nothing is tried again");
    }
}
