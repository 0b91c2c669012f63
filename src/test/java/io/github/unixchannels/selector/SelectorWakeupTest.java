// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.SelectingThread;
import io.github.unixchannels.support.SocketKind;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends a wait: a wake-up, an interrupt, the time; and nothing else. */
@Timeout(120)
class SelectorWakeupTest {

    @ParameterizedTest
    @EnumSource
    void everyWakeupOfAnotherThreadEndsAWait(SocketKind kind) throws Exception {
        int rounds = 20_000;
        CyclicBarrier start = new CyclicBarrier(2);
        try (Selector selector = kind.provider().openSelector();
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

    @Test
    void aSignalDoesNotEndAWait() throws Exception {
        FaultySyscalls faulty = new FaultySyscalls().fail("epollWait", Errno.EINTR, 5);
        try (Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider);
                SelectingThread<Integer> selecting = SelectingThread.start(() -> selector.select(TimeUnit.HOURS.toMillis(1)))) {
            await().until(() -> faulty.count("epollWait") == 6);
            selecting.assertNotReturned();
            selector.wakeup();
            assertEquals(0, selecting.result());
            assertEquals(6, faulty.count("epollWait"));
        }
    }

    @Test
    void aWakeupBeforeASelectionIsNoSystemCall() throws Exception {
        FaultySyscalls faulty = new FaultySyscalls();
        try (Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider)) {
            selector.wakeup().wakeup();
            assertEquals(0, selector.select());
            selector.wakeup();
            assertEquals(0, selector.selectNow());
            assertWaitsAllItsTime(selector);
            assertEquals(0, faulty.count("write"));
            assertEquals(0, faulty.count("read"));
        }
    }

    @Test
    void aWakeupThatEndsAWaitIsOneWriteAndNoRead() throws Exception {
        FaultySyscalls faulty = new FaultySyscalls();
        CountDownLatch waits = new CountDownLatch(1);
        faulty.next("epollWait", (real, arguments) -> {
            waits.countDown();
            return real.with(arguments);
        });
        try (Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider);
                SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            waits.await();
            selector.wakeup();
            assertEquals(0, selecting.result());
            assertEquals(1, faulty.count("write"));
            assertEquals(0, faulty.count("read"));
            assertEquals(1, faulty.count("epollWait"));
            assertWaitsAllItsTime(selector);
        }
    }

    @Test
    void aWriteThatComesAfterItsSelectionHasReturnedEndsNoOther() throws Exception {
        FaultySyscalls faulty = new FaultySyscalls();
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch writes = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        faulty.next("epollWait", (real, arguments) -> {
            waits.countDown();
            writes.await();
            return 0; // something else ends the wait
        });
        faulty.next("write", (real, arguments) -> {
            writes.countDown();
            returned.await();
            return real.with(arguments);
        });
        try (Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider);
                SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            waits.await();
            Thread late = new Thread(selector::wakeup);
            late.start();
            assertEquals(0, selecting.result());
            returned.countDown();
            late.join();
            assertWaitsAllItsTime(selector);
        }
    }

    /** Nothing is left that would end a selection. */
    private static void assertWaitsAllItsTime(Selector selector) throws IOException {
        long start = System.nanoTime();
        assertEquals(0, selector.select(20));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20), "returned early");
    }
}
