// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** The forms of selection that a selector has, and the locks that each of them holds, as {@link java.nio.channels.Selector} says. */
abstract class LockedSelector extends AbstractSelector {

    // Of its final class, by which the compiler knows whose iterator it is, and makes none.
    private final SelectedKeySet selectedKeys;

    // Guarded by this selector's monitor.
    private boolean inSelect;

    LockedSelector(SelectorProvider provider, SelectedKeySet selectedKeys) {
        super(provider);
        this.selectedKeys = selectedKeys;
    }

    /**
     * Selects, with the monitors of the selector and of its selected keys held.
     *
     * @param action what to do with each ready key; null to select it
     * @param timeoutMillis how long to wait at most; 0 only to look, negative without limit
     * @return how many keys were updated, or given to the action
     */
    abstract int doSelect(Consumer<SelectionKey> action, long timeoutMillis) throws IOException;

    @Override
    public final Set<SelectionKey> selectedKeys() {
        requireOpen();
        return selectedKeys;
    }

    @Override
    public int selectNow() throws IOException {
        return lockAndSelect(null, 0);
    }

    @Override
    public int select() throws IOException {
        return lockAndSelect(null, -1);
    }

    @Override
    public int select(long timeoutMillis) throws IOException {
        return lockAndSelect(null, requireTimeout(timeoutMillis));
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), 0);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), -1);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        Objects.requireNonNull(action);
        return lockAndSelect(action, requireTimeout(timeoutMillis));
    }

    /** From NIO's timeout, where 0 is without limit, to epoll's, where that is negative. */
    private static long requireTimeout(long timeoutMillis) {
        if (timeoutMillis < 0) {
            throw new IllegalArgumentException("Negative timeout: " + timeoutMillis);
        }
        return timeoutMillis == 0 ? -1 : timeoutMillis;
    }

    private int lockAndSelect(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        synchronized (this) {
            requireOpen();
            if (inSelect) {
                throw new IllegalStateException("select in progress");
            }
            inSelect = true;
            try {
                synchronized (selectedKeys) {
                    return doSelect(action, timeoutMillis);
                }
            } finally {
                inSelect = false;
            }
        }
    }

    /** Called after an action too, which may have closed the selector. */
    final void requireOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }
}
