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

    private final AtomicBoolean released = new AtomicBoolean();

    /** The platform's key. Null only while it is being registered, when nobody knows of this one. */
    private SelectionKey behind;

    PlatformKey(EpollSelector selector, SelectableChannel channel) {
        super(selector, channel);
    }

    void behind(SelectionKey key) {
        behind = key;
    }

    /** Whether the platform's key, which is cancelled, is out of the channel's table. */
    boolean isFlushed() {
        return channel().keyFor(behind.selector()) != behind;
    }

    /** {@inheritDoc} The cancellation, which is final, asks for it once the key is invalid: the one place to follow it from. */
    @Override
    public EpollSelector selector() {
        if (!isValid() && released.compareAndSet(false, true)) {
            super.selector().release(this);
            behind.cancel();
        }
        return super.selector();
    }

    /** Passes the interest on to the platform's key. Returns whether that changes anything. */
    boolean applyInterest() {
        int ops = interest();
        // The platform takes OP_CONNECT for POLLOUT, also of a channel that is connected: its selector would be ready again and again.
        if ((ops & SelectionKey.OP_CONNECT) != 0 && ((SocketChannel) channel()).isConnected()) {
            ops &= ~SelectionKey.OP_CONNECT;
        }
        try {
            if (behind.interestOps() == ops) {
                return false;
            }
            behind.interestOps(ops);
            return true;
        } catch (CancelledKeyException e) {
            return false;
        }
    }

    /** Whether the platform's key waits for a connection. */
    boolean awaitsConnection() {
        return (interest() & SelectionKey.OP_CONNECT) != 0;
    }
}
