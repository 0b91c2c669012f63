// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;

/** A channel's registration with an {@link EpollSelector}: what does not depend on whose channel it is. */
abstract class SelectorKey extends AbstractSelectionKey {

    private static final VarHandle INTEREST;

    static {
        try {
            INTEREST = MethodHandles.lookup().findVarHandle(SelectorKey.class, "interestOps", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Guarded by nothing: two keys may have the same, as any two objects may.
    private static int nextHash;

    private final EpollSelector selector;
    private final SelectableChannel channel;

    /** Not the object's own: the JVM makes that by a call that takes longer than to put the key into a table. */
    private final int hash;

    private volatile int interestOps;
    private volatile int readyOps;

    /** The queues it stands in, a bit each. Guarded by the selector's {@link EpollSelector#queueLock}. */
    int queues;

    /** Whether a selection in progress has been told that the channel was closed, or need not be told. Two threads may tell it. */
    private volatile boolean closeTold;

    /** Its place among the selected keys, or -1. That set is the public's: its own monitor guards it. */
    int selectedIndex = -1;

    SelectorKey(EpollSelector selector, SelectableChannel channel) {
        this.selector = selector;
        this.channel = channel;
        this.hash = nextHash++;
    }

    @Override
    public final SelectableChannel channel() {
        return channel;
    }

    /** {@inheritDoc} The cancellation, which is final, asks for it once the key is invalid: the one place to follow it from. */
    @Override
    public final EpollSelector selector() {
        if (!isValid()) {
            cancelled();
        }
        return selector;
    }

    /**
     * The key is cancelled. Called by the thread that cancels it; possibly by others too, with the key lock of the channel held. Never
     * waits, except for a key lock.
     */
    void cancelled() {
        if (!closeTold && !channel.isOpen()) {
            closeTold = true;
            selector.channelChanged(this);
        }
    }

    /** The selector has dropped the key. */
    final void dropped() {
        closeTold = true;
    }

    /** Has the interest applied by the next selection, because it could not be now. */
    final void applyLater() {
        selector.interestChanged(this);
    }

    /** The channel changed in what epoll does not see. */
    final void channelChanged() {
        selector.channelChanged(this);
    }

    @Override
    public final int interestOps() {
        requireValid();
        return interestOps;
    }

    @Override
    public final SelectorKey interestOps(int ops) {
        requireValid();
        requireKnown(ops);
        changed((int) INTEREST.getAndSet(this, ops), ops);
        return this;
    }

    @Override
    public final int interestOpsOr(int ops) {
        requireValid();
        requireKnown(ops);
        int before = (int) INTEREST.getAndBitwiseOr(this, ops);
        changed(before, before | ops);
        return before;
    }

    @Override
    public final int interestOpsAnd(int ops) {
        requireValid();
        int before = (int) INTEREST.getAndBitwiseAnd(this, ops);
        changed(before, before & ops);
        return before;
    }

    @Override
    public final int readyOps() {
        requireValid();
        return readyOps;
    }

    /** The interest, of a key that may have been cancelled. */
    final int interest() {
        return interestOps;
    }

    final int ready() {
        return readyOps;
    }

    /** By the selecting thread. */
    final void ready(int ops) {
        readyOps = ops;
    }

    private void changed(int before, int after) {
        if (before != after) {
            selector.interestChanged(this);
        }
    }

    private void requireValid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }

    private void requireKnown(int ops) {
        if ((ops & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException("Invalid interest ops " + ops + " for " + channel);
        }
    }

    /** Keys are equal only if they are the same. */
    @Override
    public final int hashCode() {
        return hash;
    }

    @Override
    public final String toString() {
        String state = isValid() ? ", interestOps=" + interestOps + ", readyOps=" + readyOps : ", invalid";
        return "channel=" + channel + ", selector=" + selector + state;
    }
}
