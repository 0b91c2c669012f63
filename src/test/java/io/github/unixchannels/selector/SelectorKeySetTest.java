// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.SelectingThread;
import io.github.unixchannels.support.SelectorAxis;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class SelectorKeySetTest {

    @ParameterizedTest
    @EnumSource
    void eachKeySetIsTheSameObjectEachTime(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            Set<SelectionKey> keys = selector.keys();
            Set<SelectionKey> selected = selector.selectedKeys();
            pair.near().register(selector, SelectionKey.OP_WRITE);
            selector.selectNow();

            assertSame(keys, selector.keys());
            assertSame(selected, selector.selectedKeys());
            assertEquals(1, keys.size());
            assertEquals(1, selected.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysCanBeChangedByNoMutator(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, SelectionKey.OP_WRITE);
            Set<SelectionKey> keys = selector.keys();
            List<Consumer<Set<SelectionKey>>> mutators = List.of(
                    set -> set.add(key),
                    set -> set.addAll(List.of(key)),
                    set -> set.remove(key),
                    set -> set.removeAll(List.of(key)),
                    set -> set.removeIf(k -> true),
                    set -> set.retainAll(List.of()),
                    Set::clear,
                    set -> {
                        Iterator<SelectionKey> i = set.iterator();
                        i.next();
                        i.remove();
                    });

            for (Consumer<Set<SelectionKey>> mutator : mutators) {
                assertThrows(UnsupportedOperationException.class, () -> mutator.accept(keys));
            }
            assertEquals(Set.of(key), keys);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysHoldsAKeyFromItsRegistrationUntilTheSelectionAfterItsCancellation(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, 0);
            assertTrue(selector.keys().contains(key));
            selector.selectNow();
            assertTrue(selector.keys().contains(key));

            key.cancel();
            assertTrue(selector.keys().contains(key));
            selector.selectNow();
            assertFalse(selector.keys().contains(key));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIterationOverKeysGoesOnWhileKeysComeAndGo(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair first = axis.openPair();
                SelectorAxis.Pair second = axis.openPair();
                SelectorAxis.Pair third = axis.openPair()) {
            first.near().register(selector, 0);
            second.near().register(selector, 0);
            Iterator<SelectionKey> iterator = selector.keys().iterator();
            iterator.next();

            third.near().register(selector, 0);
            first.near().keyFor(selector).cancel();
            selector.selectNow();

            int left = 0;
            while (iterator.hasNext()) {
                iterator.next();
                left++;
            }
            assertTrue(left >= 1, "the second key, or the first if that one came before");
        }
    }

    @ParameterizedTest
    @EnumSource
    void selectedKeysTakesNoKey(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, SelectionKey.OP_WRITE);
            Set<SelectionKey> selected = selector.selectedKeys();

            assertThrows(UnsupportedOperationException.class, () -> selected.add(key));
            assertThrows(UnsupportedOperationException.class, () -> selected.addAll(List.of(key)));
            assertThrows(UnsupportedOperationException.class, () -> selected.addAll(List.of()));
            assertTrue(selected.isEmpty());

            selector.selectNow();
            assertThrows(UnsupportedOperationException.class, () -> selected.add(key));
            assertThrows(UnsupportedOperationException.class, () -> selected.addAll(selected));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysLeaveSelectedKeysByEveryMutatorAndAreSelectedAnew(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            Set<SelectionKey> both = Set.of(
                    pair.near().register(selector, SelectionKey.OP_WRITE), other.near().register(selector, SelectionKey.OP_WRITE));
            List<Consumer<Set<SelectionKey>>> mutators = List.of(
                    set -> both.forEach(set::remove),
                    set -> set.removeAll(both),
                    set -> set.removeAll(List.copyOf(both)),
                    set -> set.removeIf(SelectionKey::isWritable),
                    set -> set.retainAll(Set.of()),
                    Set::clear,
                    set -> {
                        for (Iterator<SelectionKey> i = set.iterator(); i.hasNext(); ) {
                            i.next();
                            i.remove();
                        }
                    });

            for (Consumer<Set<SelectionKey>> mutator : mutators) {
                assertEquals(2, selector.select());
                assertEquals(both, selector.selectedKeys());
                mutator.accept(selector.selectedKeys());
                assertEquals(Set.of(), selector.selectedKeys());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void retainAllKeepsWhatIsNamedAndOnlyThat(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            SelectionKey kept = pair.near().register(selector, SelectionKey.OP_WRITE);
            SelectionKey dropped = other.near().register(selector, SelectionKey.OP_WRITE);
            selector.selectNow();
            Set<SelectionKey> selected = selector.selectedKeys();

            assertTrue(selected.retainAll(Set.of(kept)));

            assertEquals(Set.of(kept), new HashSet<>(selected));
            assertTrue(selected.contains(kept));
            assertFalse(selected.contains(dropped));
            assertFalse(selected.remove(dropped));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIterationOverSelectedKeysFailsAfterARemovalByOthers(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, SelectionKey.OP_WRITE);
            other.near().register(selector, SelectionKey.OP_WRITE);
            selector.selectNow();
            Iterator<SelectionKey> iterator = selector.selectedKeys().iterator();
            iterator.next();

            selector.selectedKeys().remove(key);

            assertThrows(ConcurrentModificationException.class, iterator::next);
            assertThrows(ConcurrentModificationException.class, iterator::remove);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIterationOverSelectedKeysFailsAfterASelectionAddedAKey(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            pair.near().register(selector, SelectionKey.OP_WRITE);
            selector.selectNow();
            Iterator<SelectionKey> iterator = selector.selectedKeys().iterator();

            other.near().register(selector, SelectionKey.OP_WRITE);
            selector.selectNow();

            assertThrows(ConcurrentModificationException.class, iterator::next);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledKeyLeavesSelectedKeysAtTheNextSelectionOfAnyForm(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            SelectionKey first = pair.near().register(selector, SelectionKey.OP_WRITE);
            SelectionKey second = other.near().register(selector, SelectionKey.OP_WRITE);
            selector.selectNow();

            first.cancel();
            assertEquals(Set.of(first, second), selector.selectedKeys());
            selector.selectNow();
            assertEquals(Set.of(second), selector.selectedKeys());

            second.cancel();
            selector.selectNow(k -> {});
            assertEquals(Set.of(), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSelectionHoldsTheMonitorsOfTheSelectorAndOfItsSelectedKeys(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();

            long[] ids = ManagementFactory.getThreadMXBean().getAllThreadIds();
            ThreadInfo[] infos = ManagementFactory.getThreadMXBean().getThreadInfo(ids, true, false);
            Set<Integer> held = Arrays.stream(infos)
                    .filter(info -> info != null && info.getThreadName().equals(selecting.thread().getName()))
                    .flatMap(info -> Arrays.stream(info.getLockedMonitors()))
                    .map(LockInfo::getIdentityHashCode)
                    .collect(Collectors.toSet());

            assertTrue(held.contains(System.identityHashCode(selector)), "the selector's");
            assertTrue(held.contains(System.identityHashCode(selector.selectedKeys())), "that of its selected keys");
            selector.wakeup();
        }
    }
}
