// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a selection returns, when, and what it does to ready sets. */
@Selection
class SelectorCountContract extends ContractTest {

    /** Of two keys each: more keys than one epoll_wait(2) of the providers known takes, which is 1,024. */
    private static final int MANY_CONNECTIONS = 550;

    private static final Consumer<SelectionKey> NEVER_CALLED = key -> fail("called with " + key);

    @Test
    void s11_selectNowWithNothingReadyReturnsZeroAndDoesNotWait() throws Exception {
        Selector selector = selector();
        assertEquals(0, selector.selectNow());

        SelectionKey key = register(selector, pair().client(), OP_READ);
        assertEquals(0, selector.selectNow());
        assertEquals(0, selector.selectNow(NEVER_CALLED));
        assertEquals(Set.of(), selector.selectedKeys());
        assertEquals(0, key.readyOps());
    }

    @Test
    void s12_aNegativeTimeoutIsAnIllegalArgument() throws Exception {
        Selector selector = selector();
        register(selector, pair().client(), OP_WRITE);
        for (long timeout : new long[] {-1, Integer.MIN_VALUE, Long.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> selector.select(timeout));
            assertThrows(IllegalArgumentException.class, () -> selector.select(NEVER_CALLED, timeout));
        }
        assertEquals(1, selector.select());
    }

    @Test
    void s13_aTimeoutOfZeroWaitsWithoutLimit() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        register(selector, pair.client(), OP_READ);
        List<Callable<Integer>> selections = List.of(() -> selector.select(0), () -> selector.select(key -> {}, 0));
        for (Callable<Integer> selection : selections) {
            BackgroundCall<Integer> selecting = BackgroundCall.start(selection).awaitBlocked();
            pair.accepted().write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
            selector.selectedKeys().clear();
            drain(pair.client());
        }
    }

    @Test
    void s14_aSelectionWithATimeoutDoesNotReturnBeforeItsTime() throws Exception {
        Selector selector = selector();
        register(selector, pair().client(), OP_READ);
        for (int timeout : new int[] {1, 5, 20}) {
            assertWaits(timeout, () -> selector.select(timeout));
            assertWaits(timeout, () -> selector.select(NEVER_CALLED, timeout));
        }
    }

    private static void assertWaits(int millis, Callable<Integer> selection) throws Exception {
        long start = System.nanoTime();
        assertEquals(0, selection.call());
        long waited = System.nanoTime() - start;
        assertTrue(waited >= TimeUnit.MILLISECONDS.toNanos(millis), () -> "waited " + waited + " ns instead of " + millis + " ms");
    }

    @Test
    void s15_aKeyThatBecomesSelectedCountsOneAndItsReadySetIsWhatIsReadyOfItsInterest() throws Exception {
        for (int interest : new int[] {OP_READ, OP_WRITE, OP_READ | OP_WRITE}) {
            for (int ready : new int[] {OP_WRITE, OP_READ | OP_WRITE}) {
                Selector selector = selector();
                Pair pair = pair();
                SelectionKey key = register(selector, pair.client(), interest);
                if ((ready & OP_READ) != 0) {
                    sendToClient(pair, 1);
                }
                int expected = ready & interest;
                assertEquals(expected == 0 ? 0 : 1, selector.selectNow());
                assertEquals(expected, key.readyOps());
                assertEquals(expected == 0 ? Set.of() : Set.of(key), selector.selectedKeys());
            }
        }
    }

    @Test
    void s16_twoReadyKeysAreSelectedByOneSelection() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey readable = register(selector, pair.client(), OP_READ);
        SelectionKey writable = register(selector, pair().client(), OP_WRITE);
        register(selector, pair().client(), OP_READ);
        sendToClient(pair, 1);

        assertEquals(2, selector.select());
        assertEquals(Set.of(readable, writable), selector.selectedKeys());
        assertEquals(OP_READ, readable.readyOps());
        assertEquals(OP_WRITE, writable.readyOps());
    }

    @Test
    void s17_aSelectedKeyCountsOneIfAnOperationBecameReadyThatWasNotInItsReadySet() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ | OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(OP_WRITE, key.readyOps());

        sendToClient(pair, 1);
        assertEquals(1, selector.select());
        assertEquals(OP_READ | OP_WRITE, key.readyOps());
        assertEquals(0, selector.select());
        assertEquals(OP_READ | OP_WRITE, key.readyOps());
        assertEquals(Set.of(key), selector.selectedKeys());
    }

    @Test
    void s18_aSelectedKeyWithoutNewsCountsZeroAndTheSelectionReturnsAtOnce() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        assertEquals(1, selector.select());

        assertEquals(0, selector.select());
        assertEquals(0, selector.select(0));
        assertEquals(0, selector.select(Long.MAX_VALUE));
        assertEquals(0, selector.selectNow());
        assertEquals(Set.of(key), selector.selectedKeys());
        assertEquals(OP_WRITE, key.readyOps());
    }

    @Test
    void s19_aSelectionNeverTakesAnOperationOutOfASelectedKeysReadySet() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        sendToClient(pair, 1);
        assertEquals(1, selector.select());
        drain(pair.client());

        assertEquals(0, selector.selectNow());
        assertEquals(OP_READ, key.readyOps(), "ready no longer");
        key.interestOps(OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(OP_READ | OP_WRITE, key.readyOps(), "of interest no longer");
        key.interestOps(0);
        assertEquals(0, selector.selectNow());
        assertEquals(OP_READ | OP_WRITE, key.readyOps(), "nothing of interest");
        assertEquals(Set.of(key), selector.selectedKeys());
    }

    @Test
    void s20_aKeyThatWasRemovedFromTheSelectedKeysIsSelectedAnewWithAFreshReadySet() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ | OP_WRITE);
        sendToClient(pair, 1);
        assertEquals(1, selector.select());
        assertEquals(OP_READ | OP_WRITE, key.readyOps());

        selector.selectedKeys().remove(key);
        drain(pair.client());
        assertEquals(1, selector.select());
        assertEquals(OP_WRITE, key.readyOps());
        assertEquals(Set.of(key), selector.selectedKeys());
    }

    @Test
    void s21_whatIsNotDealtWithIsReportedAgain() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        int bytes = 3;
        sendToClient(pair, bytes);
        for (int i = 0; i < bytes; i++) {
            for (int round = 0; round < 2; round++) {
                assertEquals(1, selector.select());
                assertEquals(OP_READ, key.readyOps());
                selector.selectedKeys().clear();
            }
            assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
        }
        assertEquals(0, selector.selectNow());
    }

    @Test
    void s22_aKeyWithoutInterestIsNotSelectedWhateverIsReady() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey never = register(selector, pair.client(), 0);
        SelectionKey before = register(selector, pair.accepted(), OP_READ | OP_WRITE);
        assertEquals(1, selector.select());
        selector.selectedKeys().clear();
        before.interestOps(0);
        assertEquals(1, pair.client().write(ByteBuffer.allocate(1)));
        awaitReadable(pair.accepted());
        sendToClient(pair, 1);

        assertEquals(0, selector.selectNow());
        assertEquals(0, selector.selectNow(NEVER_CALLED));
        assertOnlyEndedBy(pair(), selector);
        assertEquals(0, never.readyOps());
    }

    @Test
    void s23_aHangUpOfAChannelWithoutInterestDoesNotEndASelection() throws Exception {
        Selector selector = selector();
        Pair before = pair();
        SelectionKey key = register(selector, before.client(), OP_READ);
        hangUp(before);
        assertEquals(1, selector.select());
        key.interestOps(0);
        selector.selectedKeys().clear();
        assertOnlyEndedBy(pair(), selector);

        Selector second = selector();
        Pair meanwhile = pair();
        register(second, meanwhile.client(), 0);
        Pair other = pair();
        SelectionKey otherKey = register(second, other.client(), OP_READ);
        BackgroundCall<Integer> selecting = BackgroundCall.start(second::select).awaitBlocked();
        hangUp(meanwhile);
        awaitReadable(meanwhile.client());
        other.accepted().write(ByteBuffer.allocate(1));
        assertEquals(1, selecting.result());
        assertEquals(Set.of(otherKey), second.selectedKeys());
    }

    @Test
    void s24_whatIsReadyWithoutBeingOfInterestIsNotReportedAndDoesNotEndASelection() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        assertOnlyEndedBy(pair(), selector);
        assertEquals(0, key.readyOps());

        sendToClient(pair, 1);
        key.interestOps(OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(OP_WRITE, key.readyOps());
    }

    @Test
    void s25_whenMoreKeysAreReadyThanOneWaitTakesAllAreSelectedWithinAFewSelections() throws Exception {
        Selector selector = selector();
        ServerSocketChannel server = server();
        try {
            for (int i = 0; i < MANY_CONNECTIONS; i++) {
                SocketChannel client = socket();
                client.connect(server.getLocalAddress());
                register(selector, client, OP_WRITE);
                register(selector, closing(server.accept()), OP_WRITE);
            }
        } catch (IOException e) {
            Assumptions.assumeFalse(String.valueOf(e.getMessage()).contains("Too many open files"), "too few descriptors are allowed");
            throw e;
        }
        Set<SelectionKey> missing = new HashSet<>(selector.keys());
        assertEquals(2 * MANY_CONNECTIONS, missing.size());
        for (int selections = 0; selections < 5 && !missing.isEmpty(); selections++) {
            assertEquals(selector.select(), selector.selectedKeys().size());
            missing.removeAll(selector.selectedKeys());
            selector.selectedKeys().clear();
        }
        assertEquals(Set.of(), missing);
    }

    @Test
    void s26_everyFormOfSelectionOnAClosedSelectorThrows() throws Exception {
        Selector selector = selector();
        register(selector, pair().client(), OP_WRITE);
        selector.close();
        List<Executable> selections = List.of(
                selector::select,
                () -> selector.select(0),
                () -> selector.select(1),
                selector::selectNow,
                () -> selector.select(NEVER_CALLED),
                () -> selector.select(NEVER_CALLED, 0),
                () -> selector.select(NEVER_CALLED, 1),
                () -> selector.selectNow(NEVER_CALLED));
        for (Executable selection : selections) {
            assertThrows(ClosedSelectorException.class, selection);
        }
    }

    /** A selection waits, and what ends it is nothing but a channel of its own that becomes readable. */
    private static void assertOnlyEndedBy(Pair other, Selector selector) throws Exception {
        SelectionKey key = register(selector, other.client(), OP_READ);
        BackgroundCall<Integer> selecting = BackgroundCall.start(selector::select).awaitBlocked();
        other.accepted().write(ByteBuffer.allocate(1));
        assertEquals(1, selecting.result());
        assertEquals(Set.of(key), selector.selectedKeys());
    }

    /** Ends both directions, which is a hang-up for TCP too. */
    private static void hangUp(Pair pair) throws IOException {
        pair.client().shutdownOutput();
        pair.accepted().close();
    }

    /** Returns when the bytes are there to be read by the client. */
    private void sendToClient(Pair pair, int bytes) throws IOException {
        assertEquals(bytes, pair.accepted().write(ByteBuffer.allocate(bytes)));
        awaitReadable(pair.client());
    }

    private void awaitReadable(SocketChannel channel) throws IOException {
        try (Selector probe = provider.openSelector()) {
            register(probe, channel, OP_READ);
            assertEquals(1, probe.select());
        }
    }

    private static void drain(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64);
        int n;
        do {
            n = channel.read(bytes.clear());
        } while (n > 0);
        assertEquals(0, n);
    }
}
