// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.SelectorAxis;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class SelectionKeyTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aKeyKnowsItsChannelSelectorAndAttachment(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ, "first");

            assertSame(pair.near(), key.channel());
            assertSame(selector, key.selector());
            assertEquals("first", key.attachment());
            assertEquals("first", key.attach("second"));
            assertEquals(OP_READ, key.interestOps());
            assertEquals(0, key.readyOps());
            assertTrue(key.isValid());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterestThatTheChannelCannotHaveIsRefused(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                ServerSocketChannel server = axis.openServer(folder)) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            SelectionKey acceptKey = server.register(selector, OP_ACCEPT);

            assertThrows(IllegalArgumentException.class, () -> key.interestOps(OP_ACCEPT));
            assertThrows(IllegalArgumentException.class, () -> key.interestOpsOr(OP_ACCEPT));
            assertThrows(IllegalArgumentException.class, () -> key.interestOps(-1));
            assertThrows(IllegalArgumentException.class, () -> acceptKey.interestOps(OP_ACCEPT | OP_CONNECT));
            assertEquals(OP_READ, key.interestOps());
            assertEquals(OP_ACCEPT, acceptKey.interestOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void interestOpsAddedAndTakenAwayReturnWhatWasBefore(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);

            assertSame(key, key.interestOps(OP_READ));
            assertEquals(OP_READ, key.interestOpsOr(OP_WRITE));
            assertEquals(OP_READ | OP_WRITE, key.interestOpsOr(OP_WRITE));
            assertEquals(OP_READ | OP_WRITE, key.interestOpsAnd(OP_WRITE | OP_ACCEPT));
            assertEquals(OP_WRITE, key.interestOpsAnd(0));
            assertEquals(0, key.interestOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void interestOpsAddedAndTakenAwayHoldFromTheNextSelection(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            assertEquals(0, selector.selectNow());
            key.interestOpsOr(OP_WRITE);
            assertEquals(1, selector.selectNow());
            selector.selectedKeys().clear();
            key.interestOpsAnd(OP_READ);
            assertEquals(0, selector.selectNow());
        }
    }

    /** Each thread owns a bit, so that none may ever find its bit other than it left it. */
    @ParameterizedTest
    @EnumSource
    void interestOpsAddedAndTakenAwayBySeveralThreadsAreAtomic(SelectorAxis axis) throws Exception {
        int[] bits = {OP_READ, OP_WRITE, OP_CONNECT};
        ExecutorService threads = Executors.newFixedThreadPool(bits.length);
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, 0);
            CyclicBarrier start = new CyclicBarrier(bits.length);
            List<Future<Void>> results = new ArrayList<>();
            for (int bit : bits) {
                results.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < 20_000; i++) {
                        assertEquals(0, key.interestOpsOr(bit) & bit);
                        assertEquals(bit, key.interestOpsAnd(~bit) & bit);
                    }
                    return null;
                }));
            }
            for (Future<Void> result : results) {
                while (!result.isDone()) {
                    selector.selectNow(); // an interest is applied meanwhile
                }
                result.get();
            }
            assertEquals(0, key.interestOps());
        } finally {
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledKeyRefusesItsSetsAndKeepsTheRest(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ, "attached");
            key.cancel();
            key.cancel();

            for (boolean flushed : new boolean[] {false, true}) {
                if (flushed) {
                    selector.selectNow();
                }
                assertFalse(key.isValid());
                assertThrows(CancelledKeyException.class, key::interestOps);
                assertThrows(CancelledKeyException.class, () -> key.interestOps(OP_WRITE));
                assertThrows(CancelledKeyException.class, () -> key.interestOps(OP_ACCEPT));
                assertThrows(CancelledKeyException.class, () -> key.interestOpsOr(OP_WRITE));
                assertThrows(CancelledKeyException.class, () -> key.interestOpsAnd(0));
                assertThrows(CancelledKeyException.class, key::readyOps);
                assertThrows(CancelledKeyException.class, key::isReadable);
                assertSame(pair.near(), key.channel());
                assertSame(selector, key.selector());
                assertEquals("attached", key.attach("attached"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledKeyStaysRegisteredUntilTheNextSelection(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            key.cancel();

            assertSame(key, pair.near().keyFor(selector));
            assertTrue(pair.near().isRegistered());
            selector.selectNow();
            assertNull(pair.near().keyFor(selector));
            assertFalse(pair.near().isRegistered());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChannelWithAValidKeyCannotBlockAndWithACancelledOneCan(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            pair.near().configureBlocking(false);
            assertThrows(IllegalBlockingModeException.class, () -> pair.near().configureBlocking(true));

            key.cancel();
            pair.near().configureBlocking(true);
            assertTrue(pair.near().isBlocking());
            assertTrue(pair.near().isRegistered());
            pair.send(3);
            assertEquals(3, pair.near().read(ByteBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingTheChannelCancelsItsKeysOnAllSelectors(SelectorAxis axis) throws Exception {
        try (Selector first = axis.openSelector();
                Selector second = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey firstKey = pair.near().register(first, OP_READ);
            SelectionKey secondKey = pair.near().register(second, OP_READ);

            pair.near().close();

            assertFalse(firstKey.isValid());
            assertFalse(secondKey.isValid());
            assertEquals(0, first.selectNow());
            assertEquals(0, second.selectNow());
            assertTrue(first.keys().isEmpty());
            assertTrue(second.keys().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyInWordsNamesChannelAndSelectorAndItsSetsOrThatItIsInvalid(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ | OP_WRITE);
            selector.selectNow();
            String names = "channel=" + pair.near() + ", selector=" + selector;

            assertEquals(names + ", interestOps=5, readyOps=4", key.toString());
            key.cancel();
            assertEquals(names + ", invalid", key.toString());
        }
    }
}
