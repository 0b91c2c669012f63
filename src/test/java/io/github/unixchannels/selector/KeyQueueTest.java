// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KeyQueueTest {

    private final Object lock = new Object();
    private final KeyQueue queue = new KeyQueue(lock, 1);

    private static EpollSelectionKey key() {
        return new EpollSelectionKey(null, null, null);
    }

    @Test
    void aKeyStandsInItOnceAndMayComeAgainOnceTaken() {
        EpollSelectionKey key = key();
        assertTrue(queue.isEmpty());
        queue.add(key);
        queue.add(key);
        assertFalse(queue.isEmpty());
        assertEquals(1, queue.takeAll());
        assertSame(key, queue.taken(0));
        assertTrue(queue.isEmpty());
        assertEquals(0, queue.takeAll());

        queue.add(key);
        assertEquals(1, queue.takeAll());
    }

    @Test
    void keysComeOutInTheirOrderHoweverManyThereAre() {
        for (int round = 1; round <= 3; round++) {
            List<EpollSelectionKey> keys = new ArrayList<>();
            for (int i = 0; i < 1000 * round; i++) {
                EpollSelectionKey key = key();
                keys.add(key);
                queue.add(key);
            }
            assertEquals(keys.size(), queue.takeAll());
            for (int i = 0; i < keys.size(); i++) {
                assertSame(keys.get(i), queue.taken(i));
            }
        }
    }

    @Test
    void aKeyAddedWhileTheOthersAreLookedAtIsForTheNextTime() {
        EpollSelectionKey first = key();
        EpollSelectionKey second = key();
        queue.add(first);
        queue.add(second);
        assertEquals(2, queue.takeAll());
        assertSame(first, queue.taken(0));
        queue.add(first);
        assertSame(second, queue.taken(1));
        assertEquals(1, queue.takeAll());
        assertSame(first, queue.taken(0));
    }

    @Test
    void whatWasTakenIsHeldNoLonger() {
        queue.add(key());
        queue.takeAll();
        queue.taken(0);
        assertNull(queue.taken(0));
    }

    @Test
    void twoQueuesDoNotDisturbEachOther() {
        KeyQueue other = new KeyQueue(lock, 2);
        EpollSelectionKey key = key();
        queue.add(key);
        other.add(key);
        assertEquals(1, queue.takeAll());
        queue.taken(0);
        assertFalse(other.isEmpty());
        queue.add(key);
        assertEquals(1, other.takeAll());
        assertEquals(1, queue.takeAll());
    }

    /** Each thread's last change is seen by a take that follows it. */
    @Test
    void noKeyOfManyThreadsIsLost() throws Exception {
        int threadCount = 3;
        ExecutorService threads = Executors.newFixedThreadPool(threadCount);
        try {
            List<EpollSelectionKey> keys = List.of(key(), key(), key());
            CyclicBarrier round = new CyclicBarrier(threadCount + 1);
            List<Future<Void>> results = new ArrayList<>();
            for (EpollSelectionKey key : keys) {
                results.add(threads.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        round.await();
                        queue.add(key);
                        round.await();
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 5_000; i++) {
                round.await();
                int taken = queue.takeAll();
                round.await();
                taken += queue.takeAll();
                assertEquals(threadCount, taken);
            }
            for (Future<Void> result : results) {
                result.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
