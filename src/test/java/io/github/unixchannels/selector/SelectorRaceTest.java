// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.NothingLeaks;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one thread does to a key while another selects, many times over. */
@ExtendWith(NothingLeaks.class)
@Timeout(240)
class SelectorRaceTest {

    private static final int ROUNDS = 3_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void noThreadIsLeft() throws InterruptedException {
        threads.shutdown();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theLastOfManyInterestsSetDuringSelectionsHolds(UnixProtocolFamily family) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            SelectionKey key = pair.first().configureBlocking(false).register(selector, 0);
            Future<Void> selections = threads.submit(() -> {
                while (!over.get()) {
                    selector.selectNow();
                    selector.selectedKeys().clear();
                }
                return null;
            });
            try {
                for (int i = 0; i < 100 * ROUNDS; i++) {
                    key.interestOps(i & (OP_READ | OP_WRITE));
                }
                key.interestOps(OP_WRITE);
            } finally {
                over.set(true);
                selections.get();
            }
            assertEquals(1, selector.select());
            assertEquals(OP_WRITE, key.readyOps());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aKeyCancelledDuringASelectionCanBeReplacedByTheNext(UnixProtocolFamily family) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            pair.first().configureBlocking(false);
            Future<Void> selections = threads.submit(() -> {
                while (!over.get()) {
                    selector.selectNow(key -> assertEquals(pair.first(), key.channel()));
                }
                return null;
            });
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    SelectionKey key = register(pair.first(), selector);
                    assertTrue(key.isValid());
                    key.cancel();
                }
            } finally {
                over.set(true);
                selections.get();
            }
            selector.selectNow();
            assertEquals(Set.of(), selector.keys());
        }
    }

    /** Registers again as soon as the cancelled key is gone. */
    private static SelectionKey register(SocketChannel channel, Selector selector) throws ClosedChannelException {
        for (;;) {
            try {
                return channel.register(selector, OP_WRITE);
            } catch (CancelledKeyException e) {
                Thread.onSpinWait();
            }
        }
    }
}
