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
 * before the other can be flushed. To cancel this key takes it out and cancels the other. The closing channel cancels both itself, and finds
 * this one cancelled already if another thread is about to take it out: a placeholder in a lower slot than the other's, which is only ever
 * cancelled by the close, takes this one out then. This key stays among the selector's keys until the other has been flushed.
 */
final class PlatformKey extends SelectorKey {

    private final EpollSelector selector;
    private final AtomicBoolean released = new AtomicBoolean();

    /** The platform's key. Null only while it is being registered, when nobody knows of this one. */
    private SelectionKey behind;

    private PlaceholderKeys.Placeholder placeholder;
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
     * @param lower the placeholder in a lower slot of the channel's table than that key
     * @param look the look at the platform's selector that was in progress after it was registered
     */
    void behind(SelectionKey key, PlaceholderKeys.Placeholder lower, PlatformSelector registeredWith, long look) {
        behind = key;
        placeholder = lower;
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
            release();
            if (!platform.isInLook(registeredIn)) {
                behind.cancel();
            }
        }
        super.cancelled();
    }

    /**
     * Is taken out of the channel's table, and the placeholder too. By any thread, possibly by several. In this order: who finds the placeholder
     * gone finds this one gone.
     */
    void release() {
        selector.release(this);
        placeholder.remove();
    }

    /**
     * The channel was closed, and cancels its keys: the placeholder first, the platform's key later. To be taken out makes this key invalid, so
     * that nobody can cancel it any more: it is added to the selector's cancelled keys here. By the closing thread, or by one that looks for a
     * key of the channel meanwhile, with the key lock held.
     */
    void channelClosed() {
        release();
        selector.cancelled.add(this);
        super.cancelled();
    }

    /** Does what the cancelling thread may not have come to do yet. By the selecting thread, with no key lock held. */
    void cancelBehind() {
        release();
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
