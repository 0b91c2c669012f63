// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.SelectorAxis;
import java.io.IOException;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations that meet, many times over. No descriptor is left behind by any of it. Ours only: on JDK 17 the JDK's own fail some. */
@Timeout(240)
class SelectorRaceTest {

    private static final int ROUNDS = 3_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private int descriptorsBefore;

    /** The JDK opens a socket for itself when it first reads a file or opens a channel. */
    @BeforeAll
    static void useEverythingOnce() throws IOException {
        for (SelectorAxis axis : SelectorAxis.values()) {
            axis.openSelector().close();
            axis.openPair().close();
        }
    }

    @BeforeEach
    void countDescriptors() {
        descriptorsBefore = OpenDescriptors.count();
    }

    @AfterEach
    void noDescriptorIsLeft() throws InterruptedException {
        threads.shutdown();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
        assertEquals(descriptorsBefore, OpenDescriptors.count(), () -> OpenDescriptors.list().toString());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void theLastOfManyInterestsSetDuringSelectionsHolds(SelectorAxis axis) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, 0);
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
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void aKeyCancelledDuringASelectionCanBeReplacedByTheNext(SelectorAxis axis) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            Future<Void> selections = threads.submit(() -> {
                while (!over.get()) {
                    selector.selectNow(key -> assertEquals(pair.near(), key.channel()));
                }
                return null;
            });
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    SelectionKey key = register(pair.near(), selector);
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
