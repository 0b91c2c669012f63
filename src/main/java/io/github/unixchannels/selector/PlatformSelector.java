// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A selector of the Java platform inside an {@link EpollSelector}, for the platform's channels, which know no other: opened for the first
 * of them. epoll(7) instances nest, level-triggered: its own is one more descriptor in ours, so that there is one place to wait.
 *
 * <p>It is never waited in, only looked at: to apply changes of interest and flush cancelled keys before a wait, and to ask which channels
 * are ready once its descriptor is. Used by the thread that holds the outer selector's monitor, except where it says otherwise.
 */
final class PlatformSelector {

    private static final Consumer<SelectionKey> IGNORE = key -> {};

    private final AbstractSelector inner;
    private final PlatformEpoll epoll;
    private final PlaceholderKeys placeholders = new PlaceholderKeys();

    /** Whether there are interests that were passed on and are not waited for yet. */
    private boolean changed;

    /** The keys with interest in OP_CONNECT, which is to be taken out of what is passed on once they are connected. */
    private final ConnectingKeys connecting = new ConnectingKeys();

    // The keys that are ready, and for what.
    private PlatformKey[] readyKeys = new PlatformKey[16];
    private int[] readyOps = new int[16];
    private int readyCount;
    private final Consumer<SelectionKey> collect = this::collect;

    // The keys that are cancelled and not flushed yet.
    private PlatformKey[] leaving = new PlatformKey[16];
    private int leavingCount;

    /** Counts the beginnings and ends of looks at the inner selector: odd during one. Written by the thread that holds the outer selector's monitor. */
    private volatile long looks;

    private PlatformSelector(PlatformEpoll epoll) {
        this.inner = epoll.selector();
        this.epoll = epoll;
    }

    /**
     * Opens a selector of the platform.
     *
     * @throws IOException if the kernel has no descriptor left, or the selector's epoll instance cannot be found
     */
    static PlatformSelector open(SelectorProvider provider, Syscalls sys) throws IOException {
        PlatformEpoll epoll = PlatformEpoll.open(provider, sys);
        if (epoll == null) {
            throw new IOException("channels of the Java platform are selected by way of the epoll instance of a selector of " + provider
                    + ", which /proc/self/fdinfo would show: it cannot be read, or does not show it");
        }
        return new PlatformSelector(epoll);
    }

    /**
     * Puts the selector's epoll instance into another, once. Used by the holder of the outer selector's monitor.
     *
     * @return what epoll_ctl(2) returned
     */
    int enter(Epoll outer, int number) {
        int result = outer.control(Linux.EPOLL_CTL_ADD, epoll.number(), Linux.POLLIN, number);
        if (result == 0) {
            epoll.closeDuplicate();
        }
        return result;
    }

    /**
     * Registers a channel, and puts a placeholder of its key into a slot of the channel's table that is before the inner key's: the first one
     * that is free. Called with the channel's locks held.
     *
     * @throws java.nio.channels.IllegalSelectorException if it is no channel of the platform's
     * @throws java.nio.channels.CancelledKeyException if a key of the channel's has been cancelled and not been flushed yet
     * @throws java.nio.channels.ClosedSelectorException if this is closed, also meanwhile
     */
    void register(AbstractSelectableChannel channel, PlatformKey key) throws ClosedChannelException {
        if (channel.keyFor(inner) != null) {
            throw new CancelledKeyException(); // or the inner key, which another thread is about to cancel, would be this one's
        }
        PlaceholderKeys.Placeholder placeholder = placeholders.register(channel, key);
        boolean registered = false;
        try {
            key.behind(placeholders.registerWith(inner, channel, key), placeholder, this, looks);
            registered = true;
        } finally {
            if (!registered) {
                placeholder.remove();
            }
        }
    }

    /** Passes the interest of a key on: what comes of it is seen by {@link #applyChanges}. */
    void apply(PlatformKey key) {
        changed |= key.applyInterest();
        if (key.awaitsConnection()) {
            connecting.add(key);
        } else {
            connecting.remove(key);
        }
    }

    /** Takes over a key that was cancelled, for the next {@link #flush}. */
    void cancel(PlatformKey key) {
        key.cancelBehind();
        if (key.leaving) {
            return;
        }
        if (leavingCount == leaving.length) {
            leaving = Arrays.copyOf(leaving, leavingCount * 2);
        }
        key.leaving = true;
        leaving[leavingCount++] = key;
    }

    /** Whether there is a key to be flushed. */
    boolean hasCancelled() {
        return leavingCount > 0;
    }

    /**
     * A key that {@link #flush} has flushed, once; null if there is no more. A key whose platform's key another thread was just cancelling
     * stays for the next flush, for which the selection comes back soon.
     */
    PlatformKey pollFlushed() {
        for (int i = leavingCount - 1; i >= 0; i--) {
            PlatformKey key = leaving[i];
            if (key.isFlushed()) {
                leaving[i] = leaving[--leavingCount];
                leaving[leavingCount] = null;
                connecting.remove(key);
                return key;
            }
        }
        return null;
    }

    /** Has the interests that were passed on waited for. */
    void applyChanges() throws IOException {
        if (changed) {
            flush();
        }
    }

    /** As {@link #applyChanges}, and flushes the keys that were cancelled. */
    void flush() throws IOException {
        changed = false;
        look(IGNORE);
        placeholders.forgetCancelled();
    }

    private void look(Consumer<SelectionKey> action) throws IOException {
        long begun = looks + 1;
        looks = begun;
        try {
            inner.selectNow(action);
        } finally {
            looks = begun + 1;
        }
    }

    /**
     * Whether that look is in progress. While it is, a key that was registered in it must not be cancelled with the channel's key lock held:
     * the look may be at the end of another key of the same channel, with the monitor held that the cancellation wants, and want the key
     * lock.
     */
    boolean isInLook(long look) {
        return (look & 1) != 0 && looks == look;
    }

    /** Takes the keys that are ready, until {@link #forgetReady}; returns how many. */
    int takeReady() throws IOException {
        changed = false;
        look(collect);
        if (readyCount == 0) {
            settleConnected();
        }
        return readyCount;
    }

    /** Its descriptor was ready for nothing: some channel may have been connected since its interest was passed on. */
    private void settleConnected() throws IOException {
        for (int i = connecting.size() - 1; i >= 0; i--) {
            apply(connecting.get(i)); // which may take it out: the last one, which has been looked at, is in its place then
        }
        applyChanges();
    }

    private void collect(SelectionKey behind) {
        int ops;
        try {
            ops = behind.readyOps();
        } catch (CancelledKeyException e) {
            return; // meanwhile
        }
        if (readyCount == readyKeys.length) {
            readyOps = Arrays.copyOf(readyOps, readyCount * 2);
            readyKeys = Arrays.copyOf(readyKeys, readyCount * 2);
        }
        readyOps[readyCount] = ops;
        readyKeys[readyCount++] = (PlatformKey) behind.attachment();
    }

    PlatformKey readyKey(int index) {
        return readyKeys[index];
    }

    int readyOps(int index) {
        return readyOps[index];
    }

    /** Forgets the keys that were ready. */
    void forgetReady() {
        Arrays.fill(readyKeys, 0, readyCount, null);
        readyCount = 0;
    }

    /** Used by the holder of the outer selector's monitor, or before anyone else knows of this. */
    void close() throws IOException {
        epoll.close();
    }
}
