// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.channel.SocketType;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.SelectingThread;
import io.github.unixchannels.support.SelectorAxis;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of what a selector waits for, between its waits and during one; none of them waits for the selector. */
@Timeout(120)
class SelectorInterestTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void anInterestChangedDuringAWaitIsForTheNextSelection(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            SelectionKey key = pair.near().register(selector, 0);
            selector.wakeup();
            assertEquals(0, selecting.result());

            try (SelectingThread<Integer> second = SelectingThread.start(selector::select)) {
                second.awaitAsleep();
                key.interestOps(OP_WRITE);
                second.assertNotReturned();
                assertEquals(OP_WRITE, key.interestOps());
                selector.wakeup();
                assertEquals(0, second.result());
            }
            assertEquals(1, selector.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterestWithdrawnDuringAWaitIsNotReported(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                key.interestOps(0);
                pair.send(1);
                assertEquals(0, selecting.result());
            }
            assertEquals(Set.of(), selector.selectedKeys());
            assertWaitsAllItsTime(selector);
            key.interestOps(OP_READ);
            assertEquals(1, selector.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChannelRegisteredDuringAWaitIsForTheNextSelection(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                SelectionKey key = pair.near().register(selector, OP_WRITE);
                assertEquals(Set.of(key), selector.keys());
                selecting.assertNotReturned();
                selector.wakeup();
                assertEquals(0, selecting.result());
            }
            assertEquals(1, selector.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyCancelledDuringAWaitIsDroppedWhenThatEnds(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                key.cancel();
                selecting.assertNotReturned();
                assertEquals(Set.of(key), selector.keys());
                selector.wakeup();
                assertEquals(0, selecting.result());
            }
            assertEquals(Set.of(), selector.keys());
            assertFalse(pair.near().isRegistered());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEventOfAKeyCancelledDuringTheWaitIsNotReported(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            SelectionKey otherKey = other.near().register(selector, OP_READ);
            try (SelectingThread<Integer> selecting = SelectingThread.start(() -> {
                int selected = selector.select();
                return selected == 0 ? selector.select() : selected; // the JDK returns 0 once
            })) {
                selecting.awaitAsleep();
                key.cancel();
                pair.send(1);
                other.send(1);
                assertEquals(1, selecting.result());
            }
            assertEquals(Set.of(otherKey), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChannelClosedDuringAWaitDoesNotEndIt(SelectorAxis axis) throws Exception {
        for (int round = 0; round < 200; round++) {
            try (Selector selector = axis.openSelector();
                    SelectorAxis.Pair pair = axis.openPair();
                    SelectorAxis.Pair other = axis.openPair()) {
                pair.near().register(selector, OP_READ);
                SelectionKey otherKey = other.near().register(selector, OP_READ);
                try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                    selecting.awaitAsleep();
                    pair.near().close();
                    selecting.assertNotReturned();
                    assertEquals(-1, pair.far().read(ByteBuffer.allocate(1)), "the peer need not wait for the selector");
                    other.send(1);
                    assertEquals(1, selecting.result());
                }
                assertEquals(Set.of(otherKey), selector.selectedKeys());
                assertEquals(Set.of(otherKey), selector.keys());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("try") // closed by hand
    void aListenerClosedDuringAWaitDoesNotEndIt(SelectorAxis axis) throws Exception {
        for (int round = 0; round < 200; round++) {
            try (Selector selector = axis.openSelector();
                    ServerSocketChannel server = axis.openServer(folder)) {
                server.register(selector, OP_ACCEPT);
                try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                    selecting.awaitAsleep();
                    server.close();
                    selecting.assertNotReturned();
                    selector.wakeup();
                    assertEquals(0, selecting.result());
                }
                assertEquals(Set.of(), selector.selectedKeys());
                assertEquals(Set.of(), selector.keys());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChangedInterestHoldsFromTheNextSelection(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            pair.send(1);
            for (int ops : new int[] {OP_WRITE, OP_READ, 0, OP_READ | OP_WRITE, OP_WRITE, 0, OP_READ}) {
                key.interestOps(ops);
                assertEquals(ops == 0 ? 0 : 1, selector.selectNow());
                assertEquals(ops, selector.selectedKeys().isEmpty() ? 0 : key.readyOps());
                selector.selectedKeys().clear();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHangUpWithoutInterestEndsNoWait(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            pair.far().close();
            assertEquals(1, selector.select());

            key.interestOps(0);
            selector.selectedKeys().clear();
            assertWaitsAllItsTime(selector);
            assertEquals(Set.of(), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHangUpWithoutInterestIsOneSystemCallAWait(SocketType type) throws Exception {
        FaultySyscalls faulty = new FaultySyscalls();
        try (Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider);
                UnixSocketChannel.Pair pair =
                        NativeSocketChannel.pair(UnixSelectorProvider.provider(), faulty.syscalls(), faulty.fds(), type)) {
            SelectionKey key = pair.first().configureBlocking(false).register(selector, OP_READ);
            pair.second().close();
            assertEquals(1, selector.select());
            key.interestOps(0);
            long before = faulty.count("epollWait");

            assertWaitsAllItsTime(selector);
            assertEquals(before + 1, faulty.count("epollWait"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureOfEpollIsThrownAndTheInterestIsNotLost(SocketType type) throws Exception {
        FaultySyscalls faulty = new FaultySyscalls();
        try (Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider);
                UnixSocketChannel.Pair pair =
                        NativeSocketChannel.pair(UnixSelectorProvider.provider(), faulty.syscalls(), faulty.fds(), type)) {
            pair.first().configureBlocking(false).register(selector, OP_WRITE);
            pair.second().configureBlocking(false).register(selector, OP_WRITE);
            faulty.fail("epollCtl", Errno.ENOSPC, 1);

            IOException thrown = assertThrows(IOException.class, selector::select);
            assertTrue(thrown.getMessage().startsWith("epoll_ctl("), thrown.getMessage());
            assertEquals(2, selector.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureToWaitIsThrownAndTheSelectorGoesOn(SocketType type) throws Exception {
        FaultySyscalls faulty = new FaultySyscalls();
        try (Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider);
                UnixSocketChannel.Pair pair =
                        NativeSocketChannel.pair(UnixSelectorProvider.provider(), faulty.syscalls(), faulty.fds(), type)) {
            pair.first().configureBlocking(false).register(selector, OP_WRITE);
            faulty.fail("epollWait", Errno.ENOMEM, 1);

            IOException thrown = assertThrows(IOException.class, selector::select);
            assertTrue(thrown.getMessage().startsWith("epoll_wait("), thrown.getMessage());
            assertEquals(1, selector.select());
        }
    }

    private static void assertWaitsAllItsTime(Selector selector) throws IOException {
        long start = System.nanoTime();
        assertEquals(0, selector.select(20));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20), "returned early");
    }
}
