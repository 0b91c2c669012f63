// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What ends a selection that waits: a wake-up, an interrupt; and nothing else. */
@Selection
class SelectorWakeupContract extends ContractTest {

    private static final int MANY = 10_000;

    @Test
    void s39_wakeupBeforeASelectionMakesItReturnAtOnce() throws Exception {
        Selector selector = selector();
        selector.wakeup();
        assertEquals(0, selector.select());
        selector.wakeup();
        assertEquals(0, selector.select(Long.MAX_VALUE));
        selector.wakeup();
        assertEquals(0, selector.select(key -> {}));
        selector.wakeup();
        assertEquals(0, selector.select(key -> {}, Long.MAX_VALUE));
    }

    @Test
    void s40_wakeupReturnsTheSelector() throws Exception {
        Selector selector = selector();
        assertSame(selector, selector.wakeup());
        assertSame(selector, selector.wakeup());
    }

    @Test
    void s41_severalWakeupsBetweenTwoSelectionsAreOne() throws Exception {
        Selector selector = selector();
        for (int i = 0; i < 1000; i++) {
            selector.wakeup();
        }
        assertEquals(0, selector.select());
        assertWaits(selector);
    }

    @Test
    void s42_wakeupEndsASelectionThatWaits() throws Exception {
        Selector selector = selector();
        BackgroundCall<Integer> selecting = BackgroundCall.start(() -> selector.select()).awaitBlocked();
        selector.wakeup();
        assertEquals(0, selecting.result());

        selecting = BackgroundCall.start(() -> selector.select(Long.MAX_VALUE)).awaitBlocked();
        selector.wakeup();
        assertEquals(0, selecting.result());

        selecting = BackgroundCall.start(() -> selector.select(key -> {})).awaitBlocked();
        selector.wakeup();
        assertEquals(0, selecting.result());
    }

    @Test
    void s43_selectNowUsesUpAWakeup() throws Exception {
        Selector selector = selector();
        selector.wakeup();
        assertEquals(0, selector.selectNow());
        assertWaits(selector);

        selector.wakeup();
        assertEquals(0, selector.selectNow(key -> {}));
        assertWaits(selector);
    }

    @Test
    void s44_aSelectionThatWasWokenStillReportsWhatIsReady() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        selector.wakeup();
        assertEquals(1, selector.select());
        assertEquals(Set.of(key), selector.selectedKeys());
        assertEquals(OP_WRITE, key.readyOps());

        // The wake-up is used up.
        key.interestOps(0);
        selector.selectedKeys().clear();
        assertWaits(selector);
    }

    @Test
    void s45_wakeupOnAClosedSelectorDoesNothing() throws Exception {
        Selector selector = selector();
        selector.close();
        assertSame(selector, selector.wakeup());
        assertSame(selector, selector.wakeup());
    }

    /** A number that a descriptor had may be another's soon: what is written to it then would be read by somebody. */
    @Test
    void s73_wakeupOnAClosedSelectorReachesNoChannelThatWasOpenedSince() throws Exception {
        for (int round = 0; round < 10; round++) {
            Selector selector = selector();
            selector.close();
            Pair pair = pair();
            selector.wakeup();
            for (SocketChannel channel : new SocketChannel[] {pair.client(), pair.accepted()}) {
                channel.configureBlocking(false);
                assertEquals(0, channel.read(ByteBuffer.allocate(16)));
            }
        }
    }

    @Test
    void s46_inAnInterruptedThreadASelectionReturnsAtOnceAndTheStatusStaysSet() throws Exception {
        Selector selector = selector();
        BackgroundCall<Integer> selecting = BackgroundCall.start(() -> {
            Thread.currentThread().interrupt();
            return selector.select()
                    + selector.select(Long.MAX_VALUE)
                    + selector.select(key -> {})
                    + selector.select(key -> {}, Long.MAX_VALUE);
        });
        assertEquals(0, selecting.result());
        assertTrue(selecting.wasInterrupted());
    }

    @Test
    void s47_anInterruptEndsASelectionThatWaitsAndTheStatusIsSet() throws Exception {
        Selector selector = selector();
        BackgroundCall<Integer> selecting = BackgroundCall.start(() -> selector.select()).awaitBlocked();
        selecting.interrupt();
        assertEquals(0, selecting.result());
        assertTrue(selecting.wasInterrupted());

        Selector another = selector(); // nothing of the first interrupt is left here
        selecting = BackgroundCall.start(() -> another.select(key -> {}, Long.MAX_VALUE)).awaitBlocked();
        selecting.interrupt();
        assertEquals(0, selecting.result());
        assertTrue(selecting.wasInterrupted());
    }

    @Test
    void s48_anInterruptLeavesTheSelectorOpenAndWorking() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        BackgroundCall<Integer> selecting = BackgroundCall.start(() -> selector.select()).awaitBlocked();
        selecting.interrupt();
        assertEquals(0, selecting.result());

        assertTrue(selector.isOpen());
        assertTrue(key.isValid());
        assertTrue(pair.client().isOpen());
        pair.accepted().write(ByteBuffer.allocate(1));
        int selected = 0;
        while (selected == 0) {
            selected = selector.select(); // 0 if something of the interrupt is left
        }
        assertEquals(1, selected);
        assertEquals(Set.of(key), selector.selectedKeys());
    }

    @Test
    void s72_aSelectorOutlivesManyInterrupts() throws Exception {
        Selector selector = selector();
        BackgroundCall<Integer> interruptedAllTheTime = BackgroundCall.start(() -> {
            Thread.currentThread().interrupt();
            int selected = 0;
            for (int i = 0; i < MANY; i++) {
                selected += selector.select();
            }
            return selected;
        });
        assertEquals(0, interruptedAllTheTime.result());
        assertTrue(interruptedAllTheTime.wasInterrupted());

        AtomicBoolean over = new AtomicBoolean();
        BackgroundCall<Integer> interruptedAgainAndAgain = BackgroundCall.start(() -> {
            int selected = 0;
            while (!over.get()) {
                selected += selector.select();
                Thread.interrupted();
            }
            return selected;
        }).awaitBlocked();
        for (int i = 0; i < MANY; i++) {
            interruptedAgainAndAgain.interrupt();
        }
        over.set(true);
        selector.wakeup();
        assertEquals(0, interruptedAgainAndAgain.result());
        assertEquals(0, selector.selectNow(), "uses up what the last interrupt left");
        assertWaits(selector);
    }

    @Test
    void s49_selectNowInAnInterruptedThreadDoesItsWork() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        BackgroundCall<Integer> selecting = BackgroundCall.start(() -> {
            Thread.currentThread().interrupt();
            return selector.selectNow();
        });
        assertEquals(1, selecting.result());
        assertTrue(selecting.wasInterrupted());
        assertEquals(Set.of(key), selector.selectedKeys());
    }

    @Test
    @Deviates(provider = "JDK-TCP", why = "a connected channel with interest in OP_CONNECT ends every selection, which returns 0")
    @Deviates(provider = "JDK-UNIX-STREAM", why = "a connected channel with interest in OP_CONNECT ends every selection, which returns 0")
    void s50_aSelectionReturnsZeroBeforeItsTimeOnlyIfWokenInterruptedClosedOrASelectedKeyIsReadyStill() throws Exception {
        Selector selector = selector();
        register(selector, pair().client(), OP_CONNECT);
        long start = System.nanoTime();
        assertEquals(0, selector.select(20));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20), "returned early");
    }

    /** Nothing is left that would end a selection: it waits until a channel is ready. */
    private void assertWaits(Selector selector) throws Exception {
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        BackgroundCall<Integer> selecting = BackgroundCall.start(() -> selector.select()).awaitBlocked();
        pair.accepted().write(ByteBuffer.allocate(1));
        assertEquals(1, selecting.result(), "something else ended the selection");
        key.cancel();
        selector.selectNow();
    }
}
