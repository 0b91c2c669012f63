// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.SelectorAxis;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class RegistrationTest {

    @ParameterizedTest
    @EnumSource
    void wrongOpsComeBeforeAClosedChannelAndThatBeforeTheBlockingMode(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().configureBlocking(true);
            assertThrows(IllegalArgumentException.class, () -> pair.near().register(selector, OP_ACCEPT));
            assertThrows(IllegalBlockingModeException.class, () -> pair.near().register(selector, OP_READ));

            pair.near().close();
            assertThrows(IllegalArgumentException.class, () -> pair.near().register(selector, OP_ACCEPT));
            assertThrows(ClosedChannelException.class, () -> pair.near().register(selector, OP_READ));
            assertTrue(selector.keys().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedSelectorTakesNoChannel(SelectorAxis axis) throws Exception {
        try (SelectorAxis.Pair pair = axis.openPair()) {
            Selector selector = axis.openSelector();
            selector.close();

            assertThrows(ClosedSelectorException.class, () -> pair.near().register(selector, OP_READ));
            assertFalse(pair.near().isRegistered());
            assertNull(pair.near().keyFor(selector));

            int before = OpenDescriptors.count();
            pair.near().close();
            assertEquals(before - 1, OpenDescriptors.count(), "nothing holds the channel's descriptor");
        }
    }

    @ParameterizedTest
    @EnumSource
    void registeringAgainChangesTheSameKey(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ, "first");

            assertSame(key, pair.near().register(selector, OP_WRITE, "second"));
            assertEquals(OP_WRITE, key.interestOps());
            assertEquals("second", key.attachment());
            assertSame(key, pair.near().register(selector, OP_READ));
            assertNull(key.attachment());
            assertEquals(Set.of(key), selector.keys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void registeringAgainIsRefusedUntilACancelledKeyHasBeenDropped(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_WRITE);
            assertEquals(1, selector.select());
            key.cancel();
            assertThrows(CancelledKeyException.class, () -> pair.near().register(selector, OP_READ));

            selector.selectNow();
            SelectionKey anew = pair.near().register(selector, OP_WRITE);
            assertNotSame(key, anew);
            assertEquals(1, selector.select());
            assertEquals(Set.of(anew), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChannelMayBeRegisteredWithTwoSelectors(SelectorAxis axis) throws Exception {
        try (Selector first = axis.openSelector();
                Selector second = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey firstKey = pair.near().register(first, OP_READ);
            SelectionKey secondKey = pair.near().register(second, OP_WRITE);
            assertSame(firstKey, pair.near().keyFor(first));
            assertSame(secondKey, pair.near().keyFor(second));

            assertEquals(0, first.selectNow());
            assertEquals(1, second.selectNow());
            pair.send(1);
            assertEquals(1, first.select());

            firstKey.cancel();
            first.selectNow();
            assertTrue(secondKey.isValid());
            assertTrue(pair.near().isRegistered());
            second.selectedKeys().clear();
            assertEquals(1, second.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyOfAnotherSelectorIsNoneOfTheSelectedKeys(SelectorAxis axis) throws Exception {
        try (Selector first = axis.openSelector();
                Selector second = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey firstKey = pair.near().register(first, OP_WRITE);
            SelectionKey secondKey = pair.near().register(second, OP_WRITE);
            first.select();
            second.select();

            assertTrue(first.selectedKeys().contains(firstKey));
            assertFalse(first.selectedKeys().contains(secondKey));
            assertFalse(first.selectedKeys().remove(secondKey));
            assertEquals(Set.of(secondKey), second.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void anotherProvidersSelectorRefusesOurs(SelectorAxis axis) throws Exception {
        try (Selector ours = axis.openSelector();
                Selector theirs = SelectorAxis.JDK.openSelector();
                SocketChannel ourChannel = axis.openChannel()) {
            assertThrows(IllegalSelectorException.class, () -> ourChannel.register(theirs, OP_READ));

            assertFalse(ourChannel.isRegistered());
            assertEquals(1, ourChannel.register(ours, OP_READ).interestOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegistrationNeedsASelector(SelectorAxis axis) throws Exception {
        try (SocketChannel channel = axis.openChannel()) {
            assertThrows(NullPointerException.class, () -> channel.register(null, OP_READ));
            assertFalse(channel.isRegistered());
        }
    }
}
