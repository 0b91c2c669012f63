// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static io.github.unixchannels.selector.HeldChannel.AN_HOUR_NANOS;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of several keys are tried again, and when the next one is due. */
class RetriesTest {

    private static final long HALF_AN_HOUR_MILLIS = TimeUnit.MINUTES.toMillis(30);

    private final Retries retries = new Retries();
    private final List<HeldChannel> channels = new ArrayList<>();
    private Selector selector;

    @BeforeEach
    void open() throws IOException {
        selector = UnixSelectorProvider.provider().openSelector();
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        for (HeldChannel channel : channels) {
            channel.close();
        }
    }

    private EpollSelectionKey key(long delayNanos) throws IOException {
        HeldChannel channel = new HeldChannel(false).delayNanos(delayNanos);
        channels.add(channel);
        channel.configureBlocking(false);
        return (EpollSelectionKey) channel.register(selector, OP_WRITE);
    }

    private static HeldChannel channel(EpollSelectionKey key) {
        return (HeldChannel) key.channel();
    }

    @Test
    void eachKeyIsTriedAgainInItsOwnTime() throws IOException {
        EpollSelectionKey late = key(AN_HOUR_NANOS);
        EpollSelectionKey due = key(0);
        EpollSelectionKey later = key(2 * AN_HOUR_NANOS);
        for (EpollSelectionKey key : List.of(late, due, later)) {
            retries.add(key);
        }
        assertTrue(retries.next().hasPassed());
        retries.retry();
        assertEquals(1, channel(due).retries());
        assertEquals(0, channel(late).retries());
        assertEquals(0, channel(later).retries());
    }

    @Test
    void theNextTimeIsTheEarliestWhicheverWayTheKeysCame() throws IOException {
        retries.add(key(AN_HOUR_NANOS));
        retries.add(key(2 * AN_HOUR_NANOS));
        int left = retries.next().leftMillis();
        assertTrue(left > HALF_AN_HOUR_MILLIS && left <= 2 * HALF_AN_HOUR_MILLIS, () -> left + " ms");
        retries.add(key(0));
        assertEquals(0, retries.next().leftMillis());
    }

    @Test
    void whatWasTriedAgainWaitsForItsNewTime() throws IOException {
        EpollSelectionKey key = key(0);
        retries.add(key);
        channel(key).delayNanos(AN_HOUR_NANOS);
        retries.retry();
        retries.retry();
        assertEquals(1, channel(key).retries());
        assertTrue(retries.next().leftMillis() > HALF_AN_HOUR_MILLIS);
    }

    @Test
    void beforeTheFirstIsDueNothingIsTried() throws IOException {
        EpollSelectionKey key = key(AN_HOUR_NANOS);
        retries.add(key);
        retries.retry();
        assertEquals(0, channel(key).retries());
        assertNull(retries.takeSettled());
        assertFalse(retries.isEmpty());
    }

    @Test
    void thoseThatNeedNotWaitAnyMoreAreTakenOutAndNoOthers() throws IOException {
        Set<EpollSelectionKey> settled = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            EpollSelectionKey key = key(i % 3 == 0 ? AN_HOUR_NANOS : 0);
            retries.add(key);
            if (i % 3 != 0) {
                settled.add(key);
            }
        }
        retries.retry();
        Set<EpollSelectionKey> taken = new HashSet<>();
        for (EpollSelectionKey key = retries.takeSettled(); key != null; key = retries.takeSettled()) {
            assertTrue(taken.add(key));
            assertFalse(key.awaitsRetry);
        }
        assertEquals(settled, taken);
        assertFalse(retries.isEmpty());
    }

    @Test
    void aKeyWithoutInterestInItNeedNotWait() throws IOException {
        EpollSelectionKey key = key(AN_HOUR_NANOS);
        retries.add(key);
        key.interestOps(0);
        assertSame(key, retries.takeSettled());
        assertTrue(retries.isEmpty());
    }

    @Test
    void aKeyThatIsAddedTwiceIsThereOnceAndKeepsItsTime() throws IOException {
        EpollSelectionKey key = key(AN_HOUR_NANOS);
        retries.add(key);
        channel(key).delayNanos(0);
        retries.add(key);
        assertFalse(retries.next().hasPassed());
        retries.remove(key);
        assertTrue(retries.isEmpty());
        assertNull(retries.takeSettled());
    }

    @Test
    void aKeyThatWasTakenOutIsNotTriedAndCanBeAddedAgain() throws IOException {
        EpollSelectionKey gone = key(0);
        EpollSelectionKey left = key(0);
        retries.add(gone);
        retries.add(left);
        retries.remove(gone);
        retries.remove(gone);
        retries.retry();
        assertEquals(0, channel(gone).retries());
        assertEquals(1, channel(left).retries());
        retries.add(gone);
        retries.retry();
        assertEquals(1, channel(gone).retries());
    }
}
