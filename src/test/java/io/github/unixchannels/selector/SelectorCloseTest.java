// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.SelectingThread;
import io.github.unixchannels.support.SelectorAxis;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of a selector, and of the channels that are registered with one. */
@Timeout(120)
@SuppressWarnings("try") // what is closed by hand is closed again
class SelectorCloseTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aClosedSelectorRefusesKeySetsAndSelections(SelectorAxis axis) throws Exception {
        Selector selector = axis.openSelector();
        selector.close();
        List<Executable> operations = List.of(
                selector::keys,
                selector::selectedKeys,
                selector::select,
                selector::selectNow,
                () -> selector.select(1),
                () -> selector.select(key -> {}),
                () -> selector.selectNow(key -> {}),
                () -> selector.select(key -> {}, 1));

        for (Executable operation : operations) {
            assertThrows(ClosedSelectorException.class, operation);
        }
        assertFalse(selector.isOpen());
        assertSame(axis.provider(), selector.provider());
        selector.close();
        selector.wakeup();
    }

    @ParameterizedTest
    @EnumSource
    void aSelectorGivesBackItsDescriptors(SelectorAxis axis) throws Exception {
        axis.openSelector().close();
        int before = OpenDescriptors.count();
        try (Selector selector = axis.openSelector()) {
            assertTrue(selector.isOpen());
            assertTrue(OpenDescriptors.count() > before);
        }
        assertEquals(before, OpenDescriptors.count());
    }

    @ParameterizedTest
    @EnumSource
    void closingASelectorFreesItsKeysAndTheirChannels(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                Selector other = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_WRITE);
            selector.select();
            Set<SelectionKey> keys = selector.keys();
            Set<SelectionKey> selected = selector.selectedKeys();

            selector.close();

            assertEquals(Set.of(), keys);
            assertEquals(Set.of(), selected);
            assertFalse(key.isValid());
            assertNull(pair.near().keyFor(selector));
            assertFalse(pair.near().isRegistered());
            assertTrue(pair.near().isOpen());

            SelectionKey otherKey = pair.near().register(other, OP_WRITE);
            assertEquals(1, other.select());
            assertEquals(Set.of(otherKey), other.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterItsSelectorWasClosedAChannelMayBlock(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_READ);
            selector.close();
            pair.near().configureBlocking(true);
            pair.send(3);
            assertEquals(3, pair.near().read(ByteBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSelectionThatWaitsReturnsNormallyWhenItsSelectorIsClosed(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            selecting.awaitAsleep();

            selector.close();

            assertFalse(key.isValid());
            assertEquals(0, selecting.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCloseOfASelectorReturnsAlsoWhileSomebodySelects(SelectorAxis axis) throws Exception {
        for (int round = 0; round < 100; round++) {
            Selector selector = axis.openSelector();
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                try (SelectingThread<Boolean> closing = SelectingThread.start(() -> {
                    selector.close();
                    return selector.isOpen();
                })) {
                    selector.close();
                    assertFalse(closing.result());
                }
                assertEquals(0, selecting.result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedChannelKeepsItsDescriptorUntilItsKeyIsDropped(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_READ);
            selector.selectNow();
            int before = OpenDescriptors.count();

            pair.near().close();
            assertEquals(before, OpenDescriptors.count(), "the number may not be used again while epoll knows it");
            assertEquals(-1, pair.far().read(ByteBuffer.allocate(1)), "the peer sees the end at once");

            selector.selectNow();
            assertEquals(before - 1, OpenDescriptors.count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChannelClosedAfterItsKeyWasCancelledKeepsItsDescriptorUntilTheKeyIsDropped(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            selector.selectNow();
            int before = OpenDescriptors.count();

            key.cancel();
            pair.near().close();
            assertEquals(before, OpenDescriptors.count());
            selector.selectNow();
            assertEquals(before - 1, OpenDescriptors.count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChannelClosedAfterItsKeyWasDroppedGivesItsDescriptorBackAtOnce(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_READ).cancel();
            selector.selectNow();
            int before = OpenDescriptors.count();

            pair.near().close();
            assertEquals(before - 1, OpenDescriptors.count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedChannelKeepsItsDescriptorUntilTheLastSelectorHasDroppedItsKey(SelectorAxis axis) throws Exception {
        try (Selector first = axis.openSelector();
                Selector second = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(first, OP_READ);
            pair.near().register(second, OP_READ);
            int before = OpenDescriptors.count();

            pair.near().close();
            first.selectNow();
            assertEquals(before, OpenDescriptors.count());
            second.selectNow(key -> {});
            assertEquals(before - 1, OpenDescriptors.count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingASelectorReleasesChannelsClosedBefore(SelectorAxis axis) throws Exception {
        axis.openSelector().close();
        int before = OpenDescriptors.count();
        Selector selector = axis.openSelector();
        try (SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_READ);
            pair.near().close();
            pair.far().close();
            selector.close();
            assertEquals(before, OpenDescriptors.count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedListenerKeepsItsDescriptorUntilItsKeyIsDropped(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                ServerSocketChannel server = axis.openServer(folder)) {
            server.register(selector, OP_ACCEPT);
            int before = OpenDescriptors.count();

            server.close();
            assertEquals(before, OpenDescriptors.count());
            selector.selectNow();
            assertEquals(before - 1, OpenDescriptors.count());
        }
    }

    /** The JDK's listener goes on queueing connections until its key is dropped. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void aListenerClosedWhileRegisteredRefusesConnectionsAtOnce(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                ServerSocketChannel server = axis.openServer(folder);
                SocketChannel client = axis.openChannel()) {
            SocketAddress address = server.getLocalAddress();
            server.register(selector, OP_ACCEPT);
            server.close();
            assertThrows(ConnectException.class, () -> client.connect(address));
        }
    }
}
