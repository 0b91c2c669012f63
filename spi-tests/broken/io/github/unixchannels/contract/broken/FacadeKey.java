// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;

/** A key that stands before that of the channel behind, and has a ready set of its own. */
class FacadeKey extends AbstractSelectionKey {

    private final FacadeSelector selector;
    private final SelectableChannel channel;
    private volatile SelectionKey behind;
    private volatile int interest;
    private volatile int ready;

    FacadeKey(FacadeSelector selector, SelectableChannel channel, int interest) {
        this.selector = selector;
        this.channel = channel;
        this.interest = interest;
    }

    final void standBefore(SelectionKey key) {
        behind = key;
    }

    final SelectionKey behind() {
        return behind;
    }

    /** Whether the selection behind has forgotten this key. */
    final boolean isFlushedBehind() {
        return behind == null || behind.channel().keyFor(behind.selector()) != behind;
    }

    /** The interest, of a key that may have been cancelled. */
    final int interest() {
        return interest;
    }

    final int ready() {
        return ready;
    }

    final void setReady(int ops) {
        ready = ops;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public Selector selector() {
        // Cancelling, which is final, asks for the selector once the key is invalid: there is no other notice of it.
        if (!isValid() && behind != null) {
            behind.cancel();
        }
        return selector;
    }

    private void requireValid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }

    @Override
    public int interestOps() {
        requireValid();
        return interest;
    }

    @Override
    public synchronized SelectionKey interestOps(int ops) {
        requireValid();
        behind.interestOps(selector.interestBehind(channel, ops));
        interest = ops;
        return this;
    }

    @Override
    public int readyOps() {
        requireValid();
        return ready;
    }

    @Override
    public String toString() {
        String names = "channel=" + channel + ", selector=" + selector;
        try {
            return names + ", interestOps=" + interestOps() + ", readyOps=" + readyOps();
        } catch (CancelledKeyException e) {
            return names + ", invalid";
        }
    }
}
