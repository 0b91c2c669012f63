// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The registration of a channel of the Java platform: in front of a key of the {@link PlatformSelector}, which does the work.
 *
 * <p>A channel of the platform that is closed while it is registered gives its descriptor back when the platform's selector flushes the
 * last of its keys, and never if another's key is left then. So this one, which no such selector flushes, is out of the channel's table
 * before the other can be flushed: it stands in a lower slot, so that the closing channel cancels it first, and to cancel it takes it out
 * and cancels the other at once. It stays among the selector's keys until the other has been flushed.
 */
final class PlatformKey extends SelectorKey {

    private final EpollSelector selector;
    private final AtomicBoolean released = new AtomicBoolean();

    /** The platform's key. Null only while it is being registered, when nobody knows of this one. */
    private SelectionKey behind;

    private PlatformSelector platform;
    private long registeredIn;

    // What follows belongs to the thread that holds the selector's monitor.

    private boolean awaitsConnection;

    /** Whether it is among the keys that are to be flushed. */
    boolean leaving;

    /** Its place among the {@link ConnectingKeys}, or -1. */
    int connectingIndex = -1;

    PlatformKey(EpollSelector selector, SelectableChannel channel) {
        super(selector, channel);
        this.selector = selector;
    }

    /**
     * Is put in front of a key of the platform's.
     *
     * @param look the look at the platform's selector that was in progress after it was registered
     */
    void behind(SelectionKey key, PlatformSelector registeredWith, long look) {
        behind = key;
        platform = registeredWith;
        registeredIn = look;
    }

    /** Whether the platform's key, which is cancelled, is out of the channel's table. */
    boolean isFlushed() {
        return channel().keyFor(behind.selector()) != behind;
    }

    @Override
    void cancelled() {
        if (released.compareAndSet(false, true)) {
            selector.release(this);
            if (!platform.isInLook(registeredIn)) {
                behind.cancel();
            }
        }
        super.cancelled();
    }

    /** Does what the cancelling thread may not have come to do yet. By the selecting thread, with no key lock held. */
    void cancelBehind() {
        selector.release(this);
        behind.cancel();
    }

    /** Passes the interest on to the platform's key. Returns whether that changes anything. */
    boolean applyInterest() {
        int ops = interest();
        // The platform takes OP_CONNECT for POLLOUT, also of a channel that is connected: its selector would be ready again and again.
        if ((ops & SelectionKey.OP_CONNECT) != 0 && ((SocketChannel) channel()).isConnected()) {
            ops &= ~SelectionKey.OP_CONNECT;
        }
        try {
            boolean changes = behind.interestOps() != ops;
            if (changes) {
                behind.interestOps(ops);
            }
            awaitsConnection = (ops & SelectionKey.OP_CONNECT) != 0;
            return changes;
        } catch (CancelledKeyException e) {
            awaitsConnection = false;
            return false;
        }
    }

    /** Whether OP_CONNECT was passed on: the channel was not connected then. */
    boolean awaitsConnection() {
        return awaitsConnection;
    }
}
