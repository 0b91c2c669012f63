// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A selector that has another one wait and find what is ready; keys, key sets and counts are its own. */
class FacadeSelector extends AbstractSelector {

    private final Selector behind;
    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> keysToShow = Collections.unmodifiableSet(keys);
    private final SelectedKeys selected = new SelectedKeys();

    /** Guarded by the monitor of this. */
    private boolean selecting;

    FacadeSelector(FacadeProvider provider, Selector behind) {
        super(provider);
        this.behind = behind;
    }

    /** A wait of the selector behind, which gives every ready key to an action. */
    @FunctionalInterface
    interface Waiting {
        void find(Consumer<SelectionKey> ready) throws IOException;
    }

    /** What a selection does with a key and what it is ready for: returns what it counts. */
    @FunctionalInterface
    interface Dealing {
        int deal(FacadeKey key, int ready);
    }

    final Selector behind() {
        return behind;
    }

    final SelectedKeys selected() {
        return selected;
    }

    @Override
    public Set<SelectionKey> keys() {
        requireOpen();
        return keysToShow;
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        requireOpen();
        return selected;
    }

    private void requireOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }

    @Override
    public int selectNow() throws IOException {
        return selection(behind::selectNow, this::toSelected);
    }

    @Override
    public int select() throws IOException {
        return selection(behind::select, this::toSelected);
    }

    @Override
    public int select(long timeout) throws IOException {
        requireTimeout(timeout);
        return selection(ready -> behind.select(ready, timeout), this::toSelected);
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        Objects.requireNonNull(action);
        return selection(behind::selectNow, (key, ready) -> toAction(key, ready, action));
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        Objects.requireNonNull(action);
        return selection(behind::select, (key, ready) -> toAction(key, ready, action));
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeout) throws IOException {
        Objects.requireNonNull(action);
        requireTimeout(timeout);
        return selection(ready -> behind.select(ready, timeout), (key, ready) -> toAction(key, ready, action));
    }

    private static void requireTimeout(long timeout) {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout is negative: " + timeout);
        }
    }

    int selection(Waiting waiting, Dealing dealing) throws IOException {
        synchronized (this) {
            requireOpen();
            if (selecting) {
                throw new IllegalStateException("selection from within an action");
            }
            selecting = true;
            try {
                synchronized (selected) {
                    Map<FacadeKey, Integer> ready = new LinkedHashMap<>();
                    waiting.find(key -> collect(key, ready));
                    flush();
                    return dealWith(ready, dealing);
                }
            } finally {
                selecting = false;
            }
        }
    }

    private static void collect(SelectionKey found, Map<FacadeKey, Integer> ready) {
        FacadeKey key = (FacadeKey) found.attachment();
        key.standBefore(found);
        try {
            ready.put(key, found.readyOps());
        } catch (CancelledKeyException cancelledMeanwhile) {
            return;
        }
    }

    private static int dealWith(Map<FacadeKey, Integer> ready, Dealing dealing) {
        int count = 0;
        for (Map.Entry<FacadeKey, Integer> each : ready.entrySet()) {
            if (each.getKey().isValid()) {
                count += dealing.deal(each.getKey(), each.getValue());
            }
        }
        return count;
    }

    /** Makes a key selected, or adds to its ready set. */
    int toSelected(FacadeKey key, int ready) {
        int before = selected.contains(key) ? key.ready() : 0;
        key.setReady(before | ready);
        selected.select(key);
        return key.ready() == before ? 0 : 1;
    }

    /** Gives a key to an action. */
    int toAction(FacadeKey key, int ready, Consumer<SelectionKey> action) {
        key.setReady(ready);
        action.accept(key);
        requireOpen();
        return 1;
    }

    /** Forgets the keys that the selector behind has forgotten. */
    private void flush() throws IOException {
        List<SelectionKey> flushed = new ArrayList<>();
        synchronized (cancelledKeys()) {
            for (SelectionKey key : cancelledKeys()) {
                if (((FacadeKey) key).isFlushedBehind()) {
                    flushed.add(key);
                }
            }
            flushed.forEach(cancelledKeys()::remove);
        }
        for (SelectionKey key : flushed) {
            forget((FacadeKey) key);
        }
    }

    /** Takes a key out of both sets and from its channel, unless that was done before. */
    void forget(FacadeKey key) throws IOException {
        if (keys.remove(key)) {
            selected.remove(key);
            deregister(key);
        }
    }

    FacadeKey newKey(SelectableChannel channel, int interest) {
        return new FacadeKey(this, channel, interest);
    }

    /** The interest that the key behind is to have. */
    int interestBehind(SelectableChannel channel, int interest) {
        return interest;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        if (!(channel instanceof FacadeChannel facade)) {
            throw new IllegalSelectorException();
        }
        FacadeKey key = newKey(channel, ops);
        key.attach(attachment);
        try {
            key.standBefore(facade.behind().register(behind, interestBehind(channel, ops), key));
        } catch (ClosedChannelException closedMeanwhile) {
            keys.add(key);
            key.cancel();
            return key;
        }
        keys.add(key);
        if (!isOpen() && keys.remove(key)) {
            throw new ClosedSelectorException();
        }
        return key;
    }

    @Override
    public Selector wakeup() {
        behind.wakeup();
        return this;
    }

    @Override
    protected void implCloseSelector() throws IOException {
        behind.wakeup();
        synchronized (this) {
            synchronized (selected) {
                behind.close();
                for (SelectionKey key : keys) {
                    forget((FacadeKey) key);
                }
            }
        }
    }
}
