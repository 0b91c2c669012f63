// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.SelectingThread;
import io.github.unixchannels.support.SelectorAxis;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends a wait: a wake-up, an interrupt, the time; and nothing else. */
@Timeout(120)
class SelectorWakeupTest {

    @AfterEach
    void noInterruptIsLeft() {
        assertFalse(Thread.interrupted(), "the test left its thread interrupted");
    }

    @ParameterizedTest
    @EnumSource
    void wakeupEndsAWait(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            assertSame(selector, selector.wakeup());
            assertEquals(0, selecting.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void wakeupEndsAWaitThatGivesKeysToAnAction(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectingThread<Integer> selecting = SelectingThread.start(() -> selector.select(key -> {}, Long.MAX_VALUE))) {
            selecting.awaitAsleep();
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void wakeupBeforeASelectionEndsItAtOnce(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector()) {
            selector.wakeup();
            assertEquals(0, selector.select());
            selector.wakeup();
            assertEquals(0, selector.select(Long.MAX_VALUE));
            selector.wakeup();
            assertEquals(0, selector.select(key -> {}));
        }
    }

    @ParameterizedTest
    @EnumSource
    void wakeupsBetweenTwoSelectionsAreOne(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector()) {
            for (int i = 0; i < 1000; i++) {
                selector.wakeup();
            }
            assertEquals(0, selector.select());
            assertWaitsAllItsTime(selector);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSelectionThatDoesNotWaitTakesTheWakeup(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector()) {
            selector.wakeup();
            assertEquals(0, selector.selectNow());
            assertWaitsAllItsTime(selector);
            selector.wakeup();
            assertEquals(0, selector.selectNow(key -> {}));
            assertWaitsAllItsTime(selector);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSelectionThatFindsKeysTakesTheWakeup(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, SelectionKey.OP_WRITE);
            selector.wakeup();
            assertEquals(1, selector.select());
            key.interestOps(0);
            selector.selectedKeys().clear();
            assertWaitsAllItsTime(selector);
        }
    }

    @ParameterizedTest
    @EnumSource
    void wakeupOfAClosedSelectorDoesNothing(SelectorAxis axis) throws Exception {
        Selector selector = axis.openSelector();
        selector.close();
        assertSame(selector, selector.wakeup());
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptBeforeASelectionEndsItAndStays(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector()) {
            Thread.currentThread().interrupt();
            assertEquals(0, selector.select());
            assertEquals(0, selector.select(Long.MAX_VALUE));
            assertEquals(0, selector.select(key -> {}));
            assertTrue(Thread.interrupted());
            assertTrue(selector.isOpen());
            selector.selectNow();
            assertWaitsAllItsTime(selector);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAWaitAndStays(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectingThread<Boolean> selecting = SelectingThread.start(() -> {
                    assertEquals(0, selector.select());
                    return Thread.currentThread().isInterrupted();
                })) {
            selecting.awaitAsleep();
            selecting.thread().interrupt();
            assertTrue(selecting.result());
            assertTrue(selector.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptLeavesTheKeysAndChannelsAlone(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, SelectionKey.OP_READ);
            Thread.currentThread().interrupt();
            assertEquals(0, selector.selectNow());
            assertEquals(0, selector.select());
            assertTrue(Thread.interrupted());

            assertTrue(key.isValid());
            assertTrue(pair.near().isOpen());
            pair.send(1);
            while (selector.select() == 0) {
                continue; // what is left of the interrupt
            }
            assertTrue(key.isReadable());
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyInterruptsEndAsManyWaits(SelectorAxis axis) throws Exception {
        int rounds = 5_000;
        try (Selector selector = axis.openSelector();
                SelectingThread<Integer> selecting = SelectingThread.start(() -> {
                    int interrupted = 0;
                    while (interrupted < rounds) {
                        selector.select();
                        interrupted += Thread.interrupted() ? 1 : 0;
                    }
                    return interrupted;
                })) {
            while (!selecting.isDone()) {
                selecting.thread().interrupt();
            }
            assertEquals(rounds, selecting.result());
            assertTrue(selector.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyWakeupOfAnotherThreadEndsAWait(SelectorAxis axis) throws Exception {
        int rounds = 20_000;
        CyclicBarrier start = new CyclicBarrier(2);
        try (Selector selector = axis.openSelector();
                SelectingThread<Integer> selecting = SelectingThread.start(() -> {
                    int selected = 0;
                    for (int i = 0; i < rounds; i++) {
                        start.await();
                        selected += selector.select();
                    }
                    return selected;
                })) {
            for (int i = 0; i < rounds; i++) {
                start.await();
                selector.wakeup();
            }
            assertEquals(0, selecting.result());
            assertWaitsAllItsTime(selector);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSelectionNeverReturnsBeforeItsTime(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, SelectionKey.OP_READ);
            for (int millis = 1; millis < 20; millis++) {
                long start = System.nanoTime();
                assertEquals(0, selector.select(millis));
                assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(millis), millis + " ms");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeoutZeroAndTheLongestTimeoutWait(SelectorAxis axis) throws Exception {
        for (long millis : new long[] {0, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE}) {
            try (Selector selector = axis.openSelector();
                    SelectingThread<Integer> selecting = SelectingThread.start(() -> selector.select(millis))) {
                selecting.awaitAsleep();
                selector.wakeup();
                assertEquals(0, selecting.result());
            }
        }
    }

    @Test
    void aSignalNeitherEndsAWaitNorMakesItLonger() throws Exception {
        FaultySyscalls faulty = new FaultySyscalls().fail("epollWait", Errno.EINTR, 5);
        try (Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider)) {
            assertWaitsAllItsTime(selector);
            assertEquals(6, faulty.count("epollWait"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWaitingThreadShowsDoSelectOfTheSelectorsClass(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            assertTrue(
                    Arrays.stream(selecting.thread().getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("doSelect")
                                    && frame.getClassName().equals(selector.getClass().getName())),
                    "frameworks look for this frame to tell whether a thread selects");
            selector.wakeup();
        }
    }

    /** Nothing is left that would end a selection. */
    private static void assertWaitsAllItsTime(Selector selector) throws IOException {
        long start = System.nanoTime();
        assertEquals(0, selector.select(20));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20), "returned early");
    }
}
