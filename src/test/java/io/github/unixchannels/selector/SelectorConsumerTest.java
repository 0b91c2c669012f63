// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.unixchannels.support.SelectorAxis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Selections that give each ready key to an action. */
@Timeout(120)
class SelectorConsumerTest {

    private static final Consumer<SelectionKey> NEVER_CALLED = key -> fail("called with " + key);

    @ParameterizedTest
    @EnumSource
    void theActionGetsEachReadyKeyOnceAndTheResultIsTheirNumber(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ | OP_WRITE);
            SelectionKey otherKey = other.near().register(selector, OP_WRITE);
            pair.send(1);

            List<SelectionKey> seen = new ArrayList<>();
            assertEquals(2, selector.select(seen::add));
            assertEquals(2, seen.size());
            assertEquals(Set.of(key, otherKey), Set.copyOf(seen));
            assertEquals(OP_READ | OP_WRITE, key.readyOps());
            assertEquals(2, selector.selectNow(seen::add));
            assertEquals(2, selector.select(seen::add, 1));
            assertEquals(6, seen.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theActionIsNotCalledIfNothingIsReady(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_READ);

            assertEquals(0, selector.selectNow(NEVER_CALLED));
            assertEquals(0, selector.select(NEVER_CALLED, 1));
            selector.wakeup();
            assertEquals(0, selector.select(NEVER_CALLED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void noKeyIsSelectedAndNoSelectedKeyIsTakenOut(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_WRITE);
            assertEquals(1, selector.select());

            other.near().register(selector, OP_WRITE);
            assertEquals(2, selector.select(k -> {}));
            assertEquals(Set.of(key), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theReadySetIsReplacedAlsoOfASelectedKey(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ | OP_WRITE);
            pair.send(1);
            selector.select();
            assertEquals(OP_READ | OP_WRITE, key.readyOps());
            pair.drain();

            assertEquals(1, selector.select(k -> assertEquals(OP_WRITE, k.readyOps())));
            assertEquals(Set.of(key), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMissingActionComesBeforeANegativeTimeoutAndThatBeforeAClosedSelector(SelectorAxis axis) throws Exception {
        Selector selector = axis.openSelector();
        for (boolean closed : new boolean[] {false, true}) {
            if (closed) {
                selector.close();
            }
            assertThrows(NullPointerException.class, () -> selector.select(null));
            assertThrows(NullPointerException.class, () -> selector.selectNow(null));
            assertThrows(NullPointerException.class, () -> selector.select(null, -1));
            assertThrows(IllegalArgumentException.class, () -> selector.select(NEVER_CALLED, -1));
            assertThrows(IllegalArgumentException.class, () -> selector.select(-1));
            assertThrows(IllegalArgumentException.class, () -> selector.select(Long.MIN_VALUE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActionCannotSelect(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            List<Executable> selections = List.of(
                    selector::select,
                    selector::selectNow,
                    () -> selector.select(1),
                    () -> selector.select(NEVER_CALLED),
                    () -> selector.selectNow(NEVER_CALLED),
                    () -> selector.select(NEVER_CALLED, 1));

            int consumed = selector.select(key -> {
                for (Executable selection : selections) {
                    assertThrows(IllegalStateException.class, selection);
                }
            });
            assertEquals(1, consumed);
            assertEquals(1, selector.select(), "a selection of its own is possible again");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAnActionThrowsIsThrownAndNothingIsLost(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            other.near().register(selector, OP_WRITE);
            RuntimeException thrown = new RuntimeException("by the action");
            List<SelectionKey> seen = new ArrayList<>();

            RuntimeException caught = assertThrows(RuntimeException.class, () -> selector.select(key -> {
                seen.add(key);
                throw thrown;
            }));

            assertSame(thrown, caught);
            assertEquals(1, seen.size());
            assertEquals(2, selector.select(key -> {}));
            assertEquals(2, selector.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActionMayCancelKeys(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_WRITE);

            assertEquals(1, selector.select(SelectionKey::cancel));
            assertFalse(key.isValid());
            assertTrue(selector.keys().contains(key));
            assertEquals(0, selector.selectNow(NEVER_CALLED));
            assertFalse(selector.keys().contains(key));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActionMayCloseTheChannelOfItsKey(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);

            assertEquals(1, selector.select(key -> unchecked(() -> key.channel().close())));
            assertEquals(0, selector.selectNow(NEVER_CALLED));
            assertEquals(Set.of(), selector.keys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActionMayRegisterChannelsForTheNextSelection(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);

            assertEquals(1, selector.select(key -> unchecked(() -> other.near().register(selector, OP_WRITE))));
            assertNotNull(other.near().keyFor(selector));
            assertEquals(2, selector.select(key -> {}));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActionMayChangeInterestForTheNextSelection(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);

            assertEquals(1, selector.select(key -> key.interestOps(OP_READ)));
            assertEquals(0, selector.selectNow(NEVER_CALLED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActionMayTakeKeysOutOfSelectedKeys(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            selector.select();

            assertEquals(1, selector.select(key -> assertTrue(selector.selectedKeys().remove(key))));
            assertEquals(Set.of(), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActionMayWakeUpTheNextSelection(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_READ);
            pair.send(1);

            assertEquals(1, selector.select(key -> {
                unchecked(pair::drain);
                selector.wakeup();
            }));
            assertEquals(0, selector.select(NEVER_CALLED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterAnActionThatClosesTheSelectorNoOtherIsCalled(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_WRITE);
            other.near().register(selector, OP_WRITE);
            List<SelectionKey> seen = new ArrayList<>();

            assertThrows(ClosedSelectorException.class, () -> selector.select(k -> {
                seen.add(k);
                unchecked(selector::close);
            }));

            assertEquals(1, seen.size());
            assertFalse(selector.isOpen());
            assertFalse(key.isValid());
            assertFalse(pair.near().isRegistered());
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void unchecked(Task task) {
        try {
            task.run();
        } catch (ClosedChannelException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
