// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaceholderKeysTest {

    /** What a selector of JDK 17 does when another thread closes it between its last look and the return of the key. */
    private static final class ClosedMeanwhile extends AbstractSelector {

        ClosedMeanwhile() {
            super(null);
        }

        private final class Key extends AbstractSelectionKey {

            private final SelectableChannel channel;

            Key(SelectableChannel channel) {
                this.channel = channel;
            }

            @Override
            public SelectableChannel channel() {
                return channel;
            }

            @Override
            public Selector selector() {
                return ClosedMeanwhile.this;
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

        @Override
        protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
            try {
                close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Key(channel);
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

    /** The channel would be registered for ever, and its descriptor would stay open after its close. */
    @Test
    void aChannelHasNoKeyOfASelectorThatIsClosedMeanwhile() throws IOException {
        AbstractSelector platform = new ClosedMeanwhile();
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            AbstractSelectableChannel registered = channel;
            assertTrue(platform.isOpen());
            assertThrows(ClosedSelectorException.class, () -> new PlaceholderKeys().registerWith(platform, registered, null));
            assertNull(channel.keyFor(platform));
            assertFalse(channel.isRegistered());
        }
    }
}
