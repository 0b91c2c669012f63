// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What other threads may do while one selects, and what the selection makes of it. */
@Selection
class SelectorConcurrencyContract extends ContractTest {

    private static final int WORKERS = 4;
    private static final int ROUNDS = 150;

    /** Often enough that a selection which does end is seen to end. */
    private static final int REPEATED = 10;

    private Selector selector;

    /** Ends a selection by being ready. */
    private Pair bell;
    private SelectionKey bellKey;

    @BeforeEach
    void open() throws IOException {
        selector = selector();
        bell = pair();
        bellKey = register(selector, bell.client(), OP_READ);
    }

    @Test
    void s51_registeringDoesNotWaitForASelectionInProgress() throws Exception {
        SocketChannel channel = pair().client();
        ServerSocketChannel server = server();
        BackgroundCall<Integer> selecting = selecting();

        SelectionKey key = register(selector, channel, OP_READ);
        SelectionKey serverKey = register(selector, server, SelectionKey.OP_ACCEPT);

        assertFalse(selecting.isDone());
        assertEquals(Set.of(bellKey, key, serverKey), selector.keys());
        assertEndedByTheBell(selecting);
    }

    @Test
    void s52_changingAnInterestDoesNotWaitForASelectionInProgress() throws Exception {
        SelectionKey key = register(selector, pair().client(), OP_READ);
        BackgroundCall<Integer> selecting = selecting();

        key.interestOps(0);
        key.interestOpsOr(OP_READ);
        key.interestOpsAnd(~OP_READ);
        key.channel().register(selector, OP_READ);

        assertFalse(selecting.isDone());
        assertEquals(OP_READ, key.interestOps());
        assertEndedByTheBell(selecting);
    }

    @Test
    void s53_cancellingDoesNotWaitForASelectionInProgress() throws Exception {
        SelectionKey key = register(selector, pair().client(), OP_READ);
        BackgroundCall<Integer> selecting = selecting();

        key.cancel();

        assertFalse(selecting.isDone());
        assertFalse(key.isValid());
        assertEndedByTheBell(selecting);
    }

    @Test
    void s54_closingAChannelDoesNotWaitForASelectionInProgress() throws Exception {
        Pair pair = pair();
        ServerSocketChannel server = server();
        register(selector, pair.client(), OP_READ);
        register(selector, server, SelectionKey.OP_ACCEPT);
        BackgroundCall<Integer> selecting = selectingUntilSomething();

        pair.client().close();
        server.close();

        assertFalse(selecting.isDone());
        assertEndedByTheBell(selecting);
    }

    @Test
    void s55_registeringDuringASelectionDoesNotEndItAndTheNextOneSeesTheChannel() throws Exception {
        for (int round = 0; round < REPEATED; round++) {
            SocketChannel channel = pair().client();
            BackgroundCall<Integer> selecting = selecting();
            SelectionKey key = register(selector, channel, OP_WRITE);
            assertEndedByTheBell(selecting.awaitBlocked());

            assertEquals(1, selector.select());
            assertEquals(Set.of(key), selector.selectedKeys());
            key.cancel();
        }
    }

    @Test
    void s56_changingAnInterestDuringASelectionDoesNotEndItAndTheNextOneGoesByIt() throws Exception {
        SelectionKey more = register(selector, pair().client(), 0);
        SelectionKey other = register(selector, pair().client(), 0);
        for (int round = 0; round < REPEATED; round++) {
            more.interestOps(0);
            other.interestOps(OP_READ);
            BackgroundCall<Integer> selecting = selecting();
            more.interestOps(OP_WRITE);
            other.interestOps(OP_WRITE);
            assertEndedByTheBell(selecting.awaitBlocked());

            assertEquals(2, selector.select());
            assertEquals(Set.of(more, other), selector.selectedKeys());
            assertEquals(OP_WRITE, other.readyOps());
            selector.selectedKeys().clear();
        }
    }

    @Test
    void s57_cancellingDuringASelectionDoesNotEndItAndTheKeyIsNotReported() throws Exception {
        for (int round = 0; round < REPEATED; round++) {
            Pair pair = pair();
            SelectionKey quiet = register(selector, pair().client(), OP_READ);
            SelectionKey ready = register(selector, pair.client(), OP_READ);
            BackgroundCall<Integer> selecting = selecting();
            quiet.cancel();
            assertEndedByTheBell(selecting.awaitBlocked());

            selecting = selectingUntilSomething();
            ready.cancel();
            pair.accepted().write(ByteBuffer.allocate(1));
            assertEndedByTheBell(selecting);
            assertEquals(Set.of(bellKey), selector.keys());
        }
    }

    @Test
    void s58_closingAChannelDuringASelectionEndsItWhenThePeerEndsAndItsKeyIsNotReported() throws Exception {
        for (int round = 0; round < REPEATED; round++) {
            Pair first = pair();
            Pair second = pair();
            register(selector, first.client(), OP_READ);
            register(selector, second.client(), OP_READ);
            BackgroundCall<Integer> selecting = selecting();
            first.client().close();
            first.accepted().close();
            assertEquals(0, selecting.result());
            assertEquals(Set.of(), selector.selectedKeys());

            selecting = selectingUntilSomething();
            second.client().close();
            second.accepted().close();
            assertEndedByTheBell(selecting);
            assertEquals(Set.of(bellKey), selector.keys());
        }
    }

    @Test
    void s79_cancellingDuringASelectionEndsItWhenTheChannelBecomesReadyAndTheKeyIsNotReported() throws Exception {
        for (int round = 0; round < REPEATED; round++) {
            Pair pair = pair();
            SelectionKey key = register(selector, pair.client(), OP_READ);
            BackgroundCall<Integer> selecting = selecting();
            key.cancel();
            assertFalse(selecting.isDone());
            pair.accepted().write(ByteBuffer.allocate(1));
            assertEquals(0, selecting.result());
            assertEquals(Set.of(), selector.selectedKeys());
        }
    }

    @Test
    void s59_whatSeveralThreadsRegisterChangeCancelAndCloseLeavesAnEmptySelectorAndNoDescriptor() throws Exception {
        bellKey.cancel();
        selector.selectNow();
        work(new Random(0)); // what is opened once and kept is open now
        selector.selectNow();
        List<String> before = OpenDescriptors.list();

        AtomicBoolean over = new AtomicBoolean();
        BackgroundCall<Void> selecting = BackgroundCall.start(() -> {
            while (!over.get()) {
                selector.select();
                selector.selectedKeys().clear();
            }
            return null;
        });
        try {
            List<BackgroundCall<Void>> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                Random random = new Random(i);
                workers.add(BackgroundCall.start(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        work(random);
                    }
                    return null;
                }));
            }
            for (BackgroundCall<Void> worker : workers) {
                worker.result();
            }
        } finally {
            over.set(true);
            selector.wakeup();
            selecting.result();
        }
        assertEquals(0, selector.selectNow());
        assertTrue(selector.keys().isEmpty());
        assertTrue(selector.selectedKeys().isEmpty());
        assertEquals(before, OpenDescriptors.list());
    }

    /** Opens a channel and registers it, does one thing with its key, and closes it. */
    private void work(Random random) throws IOException {
        try (SocketChannel channel = provider.openSocket()) {
            SelectionKey key = register(selector, channel, random.nextInt(16) & channel.validOps());
            switch (random.nextInt(4)) {
                case 0 -> key.cancel();
                case 1 -> key.interestOps(OP_WRITE);
                case 2 -> key.interestOpsOr(OP_READ);
                default -> selector.keys().forEach(SelectionKey::isValid);
            }
            selector.wakeup();
        }
    }

    /** A selection that waits. The one before it has applied every registration. */
    private BackgroundCall<Integer> selecting() throws IOException {
        applyAll();
        return BackgroundCall.start(() -> selector.select()).awaitBlocked();
    }

    /** Selections that wait until one of them has something to report. */
    private BackgroundCall<Integer> selectingUntilSomething() throws IOException {
        applyAll();
        return BackgroundCall.start(() -> {
                    int updated = 0;
                    while (updated == 0) {
                        updated = selector.select();
                    }
                    return updated;
                })
                .awaitBlocked();
    }

    private void applyAll() throws IOException {
        selector.wakeup();
        assertEquals(0, selector.select());
    }

    /** Rings: that, and nothing before, ends the selection, and it reports nothing else. */
    private void assertEndedByTheBell(BackgroundCall<Integer> selecting) throws Exception {
        bell.accepted().write(ByteBuffer.allocate(1));
        assertEquals(1, selecting.result());
        assertEquals(Set.of(bellKey), selector.selectedKeys());
        assertEquals(1, bell.client().read(ByteBuffer.allocate(1)));
        selector.selectedKeys().clear();
    }
}
