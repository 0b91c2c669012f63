// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.selector.Registrations;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.Linux;
import java.nio.channels.SelectionKey;

/**
 * What events mean for a datagram socket.
 *
 * <p>A socket that is not connected polls as writable while the receiver that it sends to is full (unix_dgram_poll). So once a send to
 * a named target was refused, OP_WRITE is held back.
 */
final class DatagramReadiness implements Selectable {

    private final Descriptor descriptor;
    private final Registrations registrations = new Registrations();
    private final RefusedOutput held = new RefusedOutput(registrations);

    DatagramReadiness(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** A send was refused although the socket polls as writable. */
    void refused() {
        held.refused();
    }

    /** A send found room, or the channel was connected or disconnected: what was refused before says nothing any more. */
    void accepted() {
        held.accepted();
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
        int events = (interestOps & SelectionKey.OP_READ) != 0 ? Linux.POLLIN : 0;
        return (interestOps & SelectionKey.OP_WRITE) != 0 && !held.isHeld() ? events | Linux.POLLOUT : events;
    }

    /** An error or a hang-up makes everything ready: the next operation tells which. */
    @Override
    public int readyOps(int events, int interestOps) {
        if ((events & (Linux.POLLERR | Linux.POLLHUP)) != 0) {
            return interestOps;
        }
        int ops = (events & Linux.POLLIN) != 0 ? SelectionKey.OP_READ : 0;
        ops |= (events & Linux.POLLOUT) != 0 && !held.isHeld() ? SelectionKey.OP_WRITE : 0;
        return ops & interestOps;
    }

    @Override
    public boolean hasKept() {
        return false;
    }

    @Override
    public boolean awaitsRetry(int interestOps) {
        return held.isHeld() && (interestOps & SelectionKey.OP_WRITE) != 0;
    }

    @Override
    public long retryDelayNanos() {
        return held.retryDelayNanos();
    }

    @Override
    public void retry() {
        held.retry();
    }
}
