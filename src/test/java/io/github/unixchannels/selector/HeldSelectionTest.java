// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.support.SelectingThread;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Selections over channels whose OP_WRITE is held back, for so long that what happens does not happen because the time is over. */
class HeldSelectionTest {

    private Selector selector;
    private HeldChannel held;

    @BeforeEach
    void open() throws IOException {
        selector = UnixSelectorProvider.provider().openSelector();
        held = new HeldChannel(false);
        held.configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        held.close();
    }

    @Test
    void whatIsReleasedIsReadyAtOnce() throws IOException {
        SelectionKey key = held.register(selector, OP_READ | OP_WRITE);
        assertEquals(0, selector.selectNow());
        held.release();
        assertEquals(1, selector.selectNow());
        assertEquals(OP_WRITE, key.readyOps());
    }

    @Test
    void aReleaseEndsASelectionInProgress() throws Exception {
        SelectionKey key = held.register(selector, OP_WRITE);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            held.release();
            assertEquals(1, selecting.result());
        }
        assertEquals(OP_WRITE, key.readyOps());
    }

    @Test
    void aReleaseReachesEverySelector() throws Exception {
        try (Selector other = UnixSelectorProvider.provider().openSelector()) {
            held.register(selector, OP_WRITE);
            held.register(other, OP_WRITE);
            try (SelectingThread<Integer> first = SelectingThread.start(selector::select);
                    SelectingThread<Integer> second = SelectingThread.start(other::select)) {
                first.awaitAsleep();
                second.awaitAsleep();
                held.release();
                assertEquals(1, first.result());
                assertEquals(1, second.result());
            }
        }
    }

    @Test
    void readingIsReadyWhileWritingIsHeldBack() throws IOException {
        try (HeldChannel readable = new HeldChannel(true)) {
            readable.configureBlocking(false);
            SelectionKey key = readable.register(selector, OP_READ | OP_WRITE);
            for (int i = 0; i < 3; i++) {
                assertEquals(1, selector.select());
                assertEquals(OP_READ, key.readyOps());
                selector.selectedKeys().clear();
            }
            readable.release();
            assertEquals(1, selector.select());
            assertEquals(OP_READ | OP_WRITE, key.readyOps());
            key.cancel();
            selector.selectNow();
        }
    }

    @Test
    void aRetryThatIsDueEndsASelectionThoughOthersAreNot() throws Exception {
        try (HeldChannel due = new HeldChannel(false).delayNanos(50_000_000)) {
            due.configureBlocking(false);
            held.register(selector, OP_WRITE);
            SelectionKey key = due.register(selector, OP_WRITE);
            assertEquals(1, selector.select());
            assertEquals(1, due.retries());
            assertEquals(0, held.retries());
            assertEquals(OP_WRITE, key.readyOps());
            key.cancel();
            selector.selectNow();
        }
    }

    @Test
    void theSelectionsOwnTimeEndsItIfThatIsShorter() throws IOException {
        held.register(selector, OP_WRITE);
        assertEquals(0, selector.select(20));
        assertEquals(0, held.retries());
    }

    @Test
    void interestThatComesLaterWaitsAndInterestThatGoesDoesNot() throws Exception {
        SelectionKey key = held.register(selector, OP_READ);
        assertEquals(0, selector.selectNow());
        key.interestOps(OP_WRITE);
        assertEquals(0, selector.selectNow());
        key.interestOps(0);
        held.delayNanos(0);
        assertEquals(0, selector.selectNow());
        assertEquals(0, held.retries());
        key.interestOps(OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(1, held.retries());
    }

    @Test
    void aKeyThatIsCancelledWhileItWaitsIsNotTriedAgain() throws IOException {
        held.delayNanos(5_000_000);
        SelectionKey key = held.register(selector, OP_WRITE);
        selector.selectNow();
        key.cancel();
        selector.selectNow();
        int retries = held.retries();
        assertEquals(0, selector.select(30));
        assertEquals(retries, held.retries());
        held.register(selector, OP_WRITE);
        assertEquals(1, selector.select());
    }
}
