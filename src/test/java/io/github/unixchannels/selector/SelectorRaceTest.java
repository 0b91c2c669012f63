// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.SelectorAxis;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
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
    void aRegistrationThatMeetsTheSelectorsCloseSucceedsOrThrowsClosedSelector(SelectorAxis axis) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            try (Selector next = axis.openSelector();
                    SocketChannel channel = axis.openChannel()) {
                Selector selector = axis.openSelector();
                Future<SelectionKey> registration = threads.submit(() -> {
                    start.await();
                    try {
                        return channel.register(selector, OP_READ);
                    } catch (ClosedSelectorException e) {
                        return null;
                    }
                });
                start.await();
                selector.close();

                SelectionKey key = registration.get();
                assertFalse(key != null && key.isValid());
                assertFalse(channel.isRegistered());
                assertTrue(channel.register(next, OP_READ).isValid());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void aRegistrationThatMeetsTheChannelsCloseLeavesNoValidKey(SelectorAxis axis) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        try (Selector selector = axis.openSelector()) {
            for (int round = 0; round < ROUNDS; round++) {
                try (SocketChannel channel = axis.openChannel()) {
                    Future<SelectionKey> registration = threads.submit(() -> {
                        start.await();
                        try {
                            return channel.register(selector, OP_READ);
                        } catch (ClosedChannelException e) {
                            return null;
                        }
                    });
                    start.await();
                    close(channel);

                    SelectionKey key = registration.get();
                    assertFalse(key != null && key.isValid());
                    assertEquals(0, selector.selectNow());
                    assertEquals(Set.of(), selector.keys());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void aRegistrationWhoseKeyIsCancelledMeanwhileReturnsItAllTheSame(SelectorAxis axis) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Selector selector = axis.openSelector()) {
            Future<Void> cancellations = threads.submit(() -> {
                while (!over.get()) {
                    selector.keys().forEach(SelectionKey::cancel);
                    selector.selectNow();
                }
                return null;
            });
            try {
                for (int round = 0; round < 3 * ROUNDS; round++) {
                    try (SocketChannel channel = axis.openChannel()) {
                        assertSame(channel, channel.register(selector, OP_READ).channel());
                    }
                }
            } finally {
                over.set(true);
                cancellations.get();
            }
            selector.selectNow();
            assertEquals(Set.of(), selector.keys());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void anInterestSetWhileTheSelectorIsClosedIsSetOrThrowsCancelledKey(SelectorAxis axis) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        try (SelectorAxis.Pair pair = axis.openPair()) {
            for (int round = 0; round < ROUNDS; round++) {
                Selector selector = axis.openSelector();
                SelectionKey key = pair.near().register(selector, OP_READ);
                Future<Void> change = threads.submit(() -> {
                    start.await();
                    try {
                        key.interestOps(OP_WRITE);
                    } catch (CancelledKeyException e) {
                        assertFalse(key.isValid());
                    }
                    return null;
                });
                start.await();
                selector.close();
                change.get();
            }
        }
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

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void channelsOfManyThreadsComeAndGoDuringSelections(SelectorAxis axis) throws Exception {
        int workers = 4;
        AtomicBoolean over = new AtomicBoolean();
        try (Selector selector = axis.openSelector()) {
            Future<Void> selections = threads.submit(() -> {
                while (!over.get()) {
                    selector.select();
                    selector.selectedKeys().removeIf(key -> {
                        assertTrue(key.channel() instanceof SocketChannel);
                        return true;
                    });
                }
                return null;
            });
            Callable<Void> work = () -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int round = 0; round < ROUNDS; round++) {
                    try (SocketChannel channel = axis.openChannel()) {
                        SelectionKey key = channel.register(selector, random.nextInt(16) & channel.validOps());
                        switch (random.nextInt(4)) {
                            case 0 -> key.cancel();
                            case 1 -> key.interestOps(OP_WRITE);
                            case 2 -> key.interestOpsOr(OP_READ);
                            default -> selector.keys().forEach(SelectionKey::isValid);
                        }
                        selector.wakeup();
                    }
                }
                return null;
            };
            List<Future<Void>> results = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                results.add(threads.submit(work));
            }
            try {
                for (Future<Void> result : results) {
                    result.get();
                }
            } finally {
                over.set(true);
                selector.wakeup();
                selections.get();
            }
            selector.selectNow();
            assertEquals(Set.of(), selector.keys());
            assertEquals(Set.of(), selector.selectedKeys());
        }
    }

    private static void close(SocketChannel channel) throws IOException {
        channel.close();
    }
}
