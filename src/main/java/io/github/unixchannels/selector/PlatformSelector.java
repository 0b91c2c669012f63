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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A selector of the Java platform inside an {@link EpollSelector}, for the platform's channels, which know no other: opened for the first
 * of them. epoll(7) instances nest, level-triggered: its own is one more descriptor in ours, so that there is one place to wait.
 *
 * <p>It is never waited in, only looked at: to apply changes of interest and flush cancelled keys before a wait, and to ask which channels
 * are ready once its descriptor is. Used by whoever holds the outer selector's monitor, except where it says otherwise.
 */
final class PlatformSelector {

    private static final Consumer<SelectionKey> IGNORE = key -> {};

    private final AbstractSelector inner;
    private final PlatformEpoll epoll;
    private final PlaceKeepers placeKeepers = new PlaceKeepers();

    /** Whether there are interests that were passed on and are not waited for yet. */
    private boolean changed;

    /** The keys with interest in OP_CONNECT, which is to be taken out of what is passed on once they are connected. */
    private final List<PlatformKey> connecting = new ArrayList<>();

    // The keys that are ready, and for what.
    private PlatformKey[] readyKeys = new PlatformKey[16];
    private int[] readyOps = new int[16];
    private int readyCount;
    private final Consumer<SelectionKey> collect = this::collect;

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
     * Registers a channel, and gives its key the slot in the channel's table that is before the inner key's: a place keeper takes the
     * first one that is free until the inner key has the next. Called with the channel's locks held.
     *
     * @throws java.nio.channels.IllegalSelectorException if it is no channel of the platform's
     * @throws java.nio.channels.CancelledKeyException if a key of the channel's has been cancelled and not been flushed yet
     */
    void register(AbstractSelectableChannel channel, PlatformKey key) throws ClosedChannelException {
        SelectionKey placeKeeper = channel.register(placeKeepers, 0);
        try {
            key.behind(channel.register(inner, 0, key));
        } finally {
            placeKeepers.remove(placeKeeper);
        }
    }

    /** Passes the interest of a key on: what comes of it is seen by {@link #applyChanges}. */
    void apply(PlatformKey key) {
        changed |= key.applyInterest();
        if (key.awaitsConnection() && !connecting.contains(key)) {
            connecting.add(key);
        }
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
        inner.selectNow(IGNORE);
    }

    /** Takes the keys that are ready, for {@link #readyKey} and {@link #readyOps} to return; returns how many. */
    int takeReady() throws IOException {
        readyCount = 0;
        changed = false;
        inner.selectNow(collect);
        if (readyCount == 0) {
            settleConnected();
        }
        return readyCount;
    }

    /** Its descriptor was ready for nothing: perhaps because of what is connected since its interest was passed on. */
    private void settleConnected() throws IOException {
        for (int i = connecting.size() - 1; i >= 0; i--) {
            PlatformKey key = connecting.get(i);
            changed |= key.isValid() && key.applyInterest();
            if (!key.isValid() || !key.awaitsConnection()) {
                connecting.remove(i);
            }
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

    /** One of the keys that were ready, once. */
    PlatformKey readyKey(int index) {
        PlatformKey key = readyKeys[index];
        readyKeys[index] = null;
        return key;
    }

    int readyOps(int index) {
        return readyOps[index];
    }

    /** Used by the holder of the outer selector's monitor, or before anyone else knows of this. */
    void close() throws IOException {
        epoll.close();
    }
}
