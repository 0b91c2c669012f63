// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** In which order a selection does its work. */
@Selection
class SelectionCourseContract extends ContractTest {

    private static final Consumer<SelectionKey> NEVER_CALLED = key -> fail("called with " + key);

    @Test
    void s68_aSelectionAndCloseTakeTheMonitorOfTheSelectorBeforeThatOfItsSelectedKeys() throws Exception {
        Selector selector = selector();
        Set<SelectionKey> selected = selector.selectedKeys();
        List<Callable<?>> holders = List.of(
                selector::selectNow,
                () -> selector.select(1),
                () -> selector.selectNow(NEVER_CALLED),
                () -> {
                    selector.close();
                    return null;
                });
        for (Callable<?> holder : holders) {
            BackgroundCall<?> holding;
            Thread contender;
            synchronized (selected) {
                holding = BackgroundCall.start(holder).awaitMonitor();
                contender = SelectorKeySetContract.assertHeld(selector);
                assertFalse(holding.isDone());
            }
            holding.result();
            contender.join();
        }
        assertFalse(selector.isOpen());
    }

    @Test
    void s69_aNullActionAndANegativeTimeoutAreRefusedBeforeAClosedSelectorIs() throws Exception {
        Selector selector = selector();
        selector.close();
        assertThrows(NullPointerException.class, () -> selector.select(null));
        assertThrows(NullPointerException.class, () -> selector.select(null, -1));
        assertThrows(NullPointerException.class, () -> selector.selectNow(null));
        assertThrows(IllegalArgumentException.class, () -> selector.select(-1));
        assertThrows(IllegalArgumentException.class, () -> selector.select(NEVER_CALLED, -1));
    }

    @Test
    void s70_whatWasCancelledOrClosedBeforeASelectionIsFlushedBeforeItWaits() throws Exception {
        for (boolean close : new boolean[] {false, true}) {
            Selector selector = selector();
            SocketChannel channel = pair().client();
            SelectionKey key = register(selector, channel, OP_READ);
            assertEquals(0, selector.selectNow());
            if (close) {
                channel.close();
            } else {
                key.cancel();
            }
            BackgroundCall<Integer> selecting = BackgroundCall.start(() -> selector.select());
            BackgroundCall.soon().until(() -> selector.keys().isEmpty() && !channel.isRegistered());
            assertFalse(selecting.awaitBlocked().isDone());
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
    }

    /** Tests of the Java platform wait for this frame, to know that a thread selects. */
    @Test
    void s71_whileASelectionWaitsItsStackShowsTheMethodDoSelectOfTheSelectorsClass() throws Exception {
        Selector selector = selector();
        BackgroundCall<Integer> selecting = BackgroundCall.start(selector::select);
        BackgroundCall.soon().until(() -> selecting.frames().stream().anyMatch(
                frame -> frame.getMethodName().equals("doSelect") && frame.getClassName().equals(selector.getClass().getName())));
        selector.wakeup();
        assertEquals(0, selecting.result());
    }
}
