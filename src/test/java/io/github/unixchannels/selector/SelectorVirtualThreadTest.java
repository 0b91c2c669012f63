// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.SelectorAxis;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A virtual thread that selects waits parked, and what ends the wait of others ends its wait. */
@Timeout(120)
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads")
class SelectorVirtualThreadTest {

    private static final class Selecting<T> {

        final FutureTask<T> task;
        final Thread thread;

        Selecting(Callable<T> selection) throws ReflectiveOperationException {
            task = new FutureTask<>(selection);
            thread = (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        }

        void awaitParked(Thread.State state) {
            await().until(() -> task.isDone() || thread.getState() == state);
            assertFalse(task.isDone(), "the selection returned");
        }

        T result() throws Exception {
            return task.get(60, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEventEndsItsWait(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, SelectionKey.OP_READ);
            Selecting<Integer> selecting = new Selecting<>(selector::select);
            selecting.awaitParked(Thread.State.WAITING);
            pair.send(1);
            assertEquals(1, selecting.result());
            assertTrue(key.isReadable());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWakeupEndsItsWait(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector()) {
            Selecting<Integer> selecting = new Selecting<>(selector::select);
            selecting.awaitParked(Thread.State.WAITING);
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWakeupBeforeASelectionEndsItAtOnce(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector()) {
            selector.wakeup();
            assertEquals(0, new Selecting<>(selector::select).result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsItsWaitAndStays(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector()) {
            Selecting<Boolean> selecting = new Selecting<>(() -> {
                assertEquals(0, selector.select());
                return Thread.currentThread().isInterrupted();
            });
            selecting.awaitParked(Thread.State.WAITING);
            selecting.thread.interrupt();
            assertTrue(selecting.result());
            assertTrue(selector.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSelectorsCloseEndsItsWait(SelectorAxis axis) throws Exception {
        Selector selector = axis.openSelector();
        Selecting<Integer> selecting = new Selecting<>(selector::select);
        selecting.awaitParked(Thread.State.WAITING);
        selector.close();
        assertEquals(0, selecting.result());
    }

    @ParameterizedTest
    @EnumSource
    void itsWaitNeverEndsBeforeItsTime(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector()) {
            for (int millis = 1; millis < 10; millis++) {
                int timeout = millis;
                long start = System.nanoTime();
                assertEquals(0, new Selecting<>(() -> selector.select(timeout)).result());
                assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(millis), millis + " ms");
            }
            Selecting<Integer> selecting = new Selecting<>(() -> selector.select(Long.MAX_VALUE));
            selecting.awaitParked(Thread.State.TIMED_WAITING);
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
    }
}
