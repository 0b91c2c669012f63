// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;

/** A channel's registration with a selector. */
final class EpollSelectionKey extends AbstractSelectionKey {

    private static final VarHandle INTEREST;

    static {
        try {
            INTEREST = MethodHandles.lookup().findVarHandle(EpollSelectionKey.class, "interestOps", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EpollSelector selector;
    private final SelectableChannel channel;
    private final Selectable selectable;

    private volatile int interestOps;
    private volatile int readyOps;

    /** Whether the key is inside the channel's descriptor: not if that was closed when it came. Set before anybody sees the key. */
    boolean inside;

    /** The queues it stands in, a bit each. Guarded by the selector's {@link EpollSelector#queueLock}. */
    int queues;

    // What follows belongs to the thread that holds the selector's monitor.

    /** The number it has in the epoll instance, or -1. */
    int slot = -1;

    /** The events that the epoll instance waits for, or -1 if it is not in there. */
    int armedEvents = -1;

    /** Its place among the selected keys, or -1. That set is the public's: its own monitor guards it. */
    int selectedIndex = -1;

    /** The wait in whose events it last appeared. */
    long seenInWait;

    /** Whether it is among the keys whose channels keep bytes. */
    boolean keeps;

    /** Whether it is among the {@link Retries}. */
    boolean awaitsRetry;

    /** When to try again, by {@link System#nanoTime}, if it is among them. */
    long nextRetryNanos;

    EpollSelectionKey(EpollSelector selector, SelectableChannel channel, Selectable selectable) {
        this.selector = selector;
        this.channel = channel;
        this.selectable = selectable;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public EpollSelector selector() {
        return selector;
    }

    Selectable selectable() {
        return selectable;
    }

    @Override
    public int interestOps() {
        requireValid();
        return interestOps;
    }

    @Override
    public EpollSelectionKey interestOps(int ops) {
        requireValid();
        requireKnown(ops);
        changed((int) INTEREST.getAndSet(this, ops), ops);
        return this;
    }

    @Override
    public int interestOpsOr(int ops) {
        requireValid();
        requireKnown(ops);
        int before = (int) INTEREST.getAndBitwiseOr(this, ops);
        changed(before, before | ops);
        return before;
    }

    @Override
    public int interestOpsAnd(int ops) {
        requireValid();
        int before = (int) INTEREST.getAndBitwiseAnd(this, ops);
        changed(before, before & ops);
        return before;
    }

    @Override
    public int readyOps() {
        requireValid();
        return readyOps;
    }

    /** The interest, of a key that may have been cancelled. */
    int interest() {
        return interestOps;
    }

    int ready() {
        return readyOps;
    }

    /** By the selecting thread. */
    void ready(int ops) {
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

    @Override
    public String toString() {
        String state = isValid() ? ", interestOps=" + interestOps + ", readyOps=" + readyOps : ", invalid";
        return "channel=" + channel + ", selector=" + selector + state;
    }
}
