// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/** A selector that selects nothing: its keys take a slot in the table of a channel's keys, and follow the close of the channel from there. */
final class PlaceholderKeys extends AbstractSelector {

    PlaceholderKeys() {
        super(null);
    }

    /** Stands for a key in a lower slot. Cancelled by the close of the channel alone. */
    static final class Placeholder extends AbstractSelectionKey {

        private final PlaceholderKeys selector;
        private final PlatformKey key;

        private Placeholder(PlaceholderKeys selector, PlatformKey key) {
            this.selector = selector;
            this.key = key;
        }

        @Override
        public SelectableChannel channel() {
            return key.channel();
        }

        /** {@inheritDoc} The cancellation, which is final, asks for it once the key is invalid: the one place to follow it from. */
        @Override
        public Selector selector() {
            if (!isValid()) {
                key.channelClosed();
            }
            return selector;
        }

        /** Takes this out of the channel's table. */
        void remove() {
            selector.deregister(this);
        }

        @Override
        public int interestOps() {
            return 0;
        }

        @Override
        public SelectionKey interestOps(int ops) {
            return this;
        }

        @Override
        public int readyOps() {
            return 0;
        }
    }

    /** Puts a placeholder into a channel's table, where no other of this selector is. Called with the channel's locks held. */
    Placeholder register(AbstractSelectableChannel channel, PlatformKey key) throws ClosedChannelException {
        return (Placeholder) channel.register(this, 0, key);
    }

    /**
     * Registers a channel with a selector of the platform, without interest. Called with the channel's locks held.
     *
     * <p>A selector of JDK 17 that is closed meanwhile returns a key that nothing flushes any more, unless there is an interest. The channel
     * would have that key for ever, and would never give its descriptor back. So the key is taken out here.
     *
     * @throws ClosedSelectorException if the selector is closed, also meanwhile
     */
    SelectionKey registerWith(AbstractSelector platform, AbstractSelectableChannel channel, PlatformKey key) throws ClosedChannelException {
        SelectionKey registered = channel.register(platform, 0, key);
        if (!platform.isOpen()) { // a close from here on finds the key
            deregister((AbstractSelectionKey) registered);
            throw new ClosedSelectorException();
        }
        return registered;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object key) {
        return new Placeholder(this, (PlatformKey) key);
    }

    /** Forgets those that were cancelled. */
    void forgetCancelled() {
        Set<SelectionKey> cancelled = cancelledKeys();
        synchronized (cancelled) {
            if (!cancelled.isEmpty()) {
                cancelled.clear();
            }
        }
    }

    @Override
    protected void implCloseSelector() {}

    @Override
    public Set<SelectionKey> keys() {
        return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return Set.of();
    }

    @Override
    public int selectNow() {
        return 0;
    }

    @Override
    public int select(long timeout) {
        return 0;
    }

    @Override
    public int select() {
        return 0;
    }

    @Override
    public Selector wakeup() {
        return this;
    }
}
