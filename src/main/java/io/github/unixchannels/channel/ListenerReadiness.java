// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.selector.Registrations;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.Linux;
import java.nio.channels.SelectionKey;

/** A listener is ready to accept when its descriptor can be read, and no more is to be known of it. */
final class ListenerReadiness implements Selectable {

    private final Descriptor descriptor;
    private final Registrations registrations = new Registrations();

    ListenerReadiness(Descriptor descriptor) {
        this.descriptor = descriptor;
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
        return (interestOps & SelectionKey.OP_ACCEPT) != 0 ? Linux.POLLIN : 0;
    }

    @Override
    public int readyOps(int events, int interestOps) {
        int ready = Linux.POLLIN | Linux.POLLERR | Linux.POLLHUP;
        return (events & ready) != 0 ? interestOps : 0;
    }

    @Override
    public boolean hasKept() {
        return false;
    }

    @Override
    public boolean awaitsRetry(int interestOps) {
        return false;
    }

    @Override
    public long retryDelayNanos() {
        throw new AssertionError("a listening socket awaits no retry");
    }

    @Override
    public void retry() {
        throw new AssertionError("a listening socket awaits no retry");
    }
}
