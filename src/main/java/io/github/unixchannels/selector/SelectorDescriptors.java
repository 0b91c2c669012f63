// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Slots;

/**
 * The descriptors of a selector, and those of its channels, in which its keys are. Nothing leads from here to the selector, a key or a
 * channel: once the selector is unreachable, {@link #run} leaves and closes all.
 */
final class SelectorDescriptors implements Runnable {

    private static final String LOGGER = "io.github.unixchannels";

    private final Epoll epoll;
    private final Wakeup wakeup;

    // Guarded by this, a leaf among the locks.
    private final Slots<Descriptor> entered = new Slots<>();
    private int places;
    private boolean closed;

    SelectorDescriptors(Epoll epoll, Wakeup wakeup) {
        this.epoll = epoll;
        this.wakeup = wakeup;
    }

    /**
     * Enters the descriptor of a channel.
     *
     * @return the place to {@link #leave}; -1 if the descriptor is closed
     */
    int enter(Descriptor descriptor) {
        if (!descriptor.enter(Descriptor.USING)) {
            return -1;
        }
        synchronized (this) {
            int place = entered.add(descriptor);
            places = Math.max(places, place + 1);
            return place;
        }
    }

    /** Leaves a descriptor, which is closed by the last to leave it if its channel was closed. */
    void leave(int place) {
        Descriptor descriptor;
        synchronized (this) {
            descriptor = entered.get(place);
            if (descriptor == null) {
                return;
            }
            entered.remove(place);
        }
        descriptor.leave(Descriptor.USING);
    }

    /** Closes the descriptors of the selector alone. Those of the channels have been left before. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        epoll.close();
        wakeup.close();
    }

    /** Closes a selector that is unreachable and was not closed. */
    @Override
    public void run() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        String report = Boolean.getBoolean(OwnedFd.REPORT_PROPERTY)
                ? "a selector on " + epoll + " was forgotten and is closed now; it is to be closed"
                : null;
        close();
        for (int place = 0; place < places; place++) {
            leave(place);
        }
        if (report != null) {
            System.getLogger(LOGGER).log(System.Logger.Level.WARNING, report);
        }
    }
}
