// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One key, and several threads that change or cancel it. */
@Selection
class KeyConcurrencyContract extends ContractTest {

    private static final int ROUNDS = 5_000;
    private static final int CHANGES = 200;

    private static final String CANCELLED_KEY =
            "register throws CancelledKeyException if its key is cancelled before it has its interest; measured on 17 and 25";

    /** One thread sets all bits or none, another moves one bit: what the first has set may not be undone by the second. */
    @Test
    void k30_interestOpsOrAndInterestOpsAndUndoNothingThatInterestOpsSetsMeanwhile() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), 0);
        AtomicLong moves = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        BackgroundCall<Void> moving = BackgroundCall.start(() -> {
            while (!over.get()) {
                key.interestOpsOr(OP_CONNECT);
                moves.incrementAndGet();
                key.interestOpsAnd(~OP_CONNECT);
                moves.incrementAndGet();
            }
            return null;
        });
        try {
            for (int round = 0; round < CHANGES; round++) {
                int ops = round % 2 == 0 ? OP_READ | OP_WRITE : 0;
                key.interestOps(ops);
                // The move that was under way has ended when the next one has.
                for (long end = moves.get() + 2; moves.get() < end && !moving.isDone(); ) {
                    selector.selectNow(); // an interest is applied meanwhile
                }
                assertEquals(ops, key.interestOps() & ~OP_CONNECT);
            }
        } finally {
            over.set(true);
        }
        moving.result();
    }

    @Test
    @Deviates(provider = "JDK-TCP", why = CANCELLED_KEY, before = 25, always = false)
    @Deviates(provider = "JDK-UNIX-STREAM", why = CANCELLED_KEY, before = 25, always = false)
    void k31_registeringReturnsItsKeyThoughAnotherThreadCancelsItAtOnce() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        channel.configureBlocking(false);
        AtomicBoolean over = new AtomicBoolean();
        BackgroundCall<Void> cancelling = BackgroundCall.start(() -> {
            while (!over.get()) {
                selector.keys().forEach(SelectionKey::cancel);
            }
            return null;
        });
        try {
            for (int round = 0; round < ROUNDS; round++) {
                SelectionKey key = channel.register(selector, OP_READ);
                assertSame(channel, key.channel());
                key.cancel();
                while (channel.isRegistered()) { // who cancels a key may not have told the selector yet
                    assertEquals(0, selector.selectNow());
                }
                assertEquals(Set.of(), selector.keys());
            }
        } finally {
            over.set(true);
        }
        cancelling.result();
    }
}
