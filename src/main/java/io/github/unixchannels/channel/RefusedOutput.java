// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.selector.Registrations;

/**
 * OP_WRITE of a socket that polls as writable while sends are refused, held back for a while, longer each time, until a send succeeds. The
 * kernel has no event for room at the receiver of an unconnected datagram socket (unix_dgram_poll), and none for descriptors that have
 * been received (too_many_unix_fds).
 */
final class RefusedOutput {

    private final Registrations registrations;

    /** Whether OP_WRITE is held back. Set and cleared under this object's monitor. */
    private volatile boolean held;

    /** Not null since a send was refused and none has succeeded. Set and cleared likewise. */
    private volatile Backoff backoff;

    // Guarded by this object's monitor.
    private long heldUntilNanos;

    RefusedOutput(Registrations registrations) {
        this.registrations = registrations;
    }

    boolean isHeld() {
        return held;
    }

    /** A send was refused although the socket polls as writable. */
    void refused() {
        synchronized (this) {
            backoff = backoff == null ? new Backoff() : backoff;
            heldUntilNanos = System.nanoTime() + backoff.nextNanos();
            held = true;
        }
        registrations.channelChanged();
    }

    /** A send succeeded, or something changed so that what was refused before says nothing any more. */
    void accepted() {
        if (backoff == null) {
            return;
        }
        synchronized (this) {
            backoff = null;
            held = false;
        }
        registrations.channelChanged();
    }

    synchronized long retryDelayNanos() {
        return Math.max(0, heldUntilNanos - System.nanoTime());
    }

    /** Lets OP_WRITE be reported again if the time has come. */
    synchronized void retry() {
        if (heldUntilNanos - System.nanoTime() <= 0) {
            held = false;
        }
    }
}
