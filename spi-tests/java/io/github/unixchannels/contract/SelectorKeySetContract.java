// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The two sets of keys that a selector shows. */
@Selection
class SelectorKeySetContract extends ContractTest {

    private static final int ROUNDS = 200;

    private static final Consumer<Set<SelectionKey>> REMOVE_BY_ITERATOR = set -> {
        for (Iterator<SelectionKey> i = set.iterator(); i.hasNext(); ) {
            i.next();
            i.remove();
        }
    };

    @Test
    void s01_keysReturnsTheSameSetEveryTime() throws Exception {
        Selector selector = selector();
        Set<SelectionKey> keys = selector.keys();
        assertEquals(Set.of(), keys);

        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        assertSame(keys, selector.keys());
        assertEquals(Set.of(key), keys);
        selector.selectNow();
        assertSame(keys, selector.keys());
        key.cancel();
        selector.selectNow();
        assertSame(keys, selector.keys());
        assertEquals(Set.of(), keys);
    }

    @Test
    void s02_keysCannotBeChanged() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        Set<SelectionKey> keys = selector.keys();
        List<Consumer<Set<SelectionKey>>> mutators = List.of(
                set -> set.add(key),
                set -> set.addAll(List.of(key)),
                set -> set.remove(key),
                set -> set.removeAll(List.of(key)),
                set -> set.removeIf(k -> true),
                set -> set.retainAll(List.of()),
                Set::clear,
                REMOVE_BY_ITERATOR);

        for (Consumer<Set<SelectionKey>> mutator : mutators) {
            assertThrows(UnsupportedOperationException.class, () -> mutator.accept(keys));
        }
        assertEquals(Set.of(key), keys);
    }

    @Test
    void s03_keysCanBeIteratedWhileOtherThreadsRegisterAndCancel() throws Exception {
        Selector selector = selector();
        SelectionKey lasting = register(selector, pair().client(), 0);
        SelectionKey cancelled = register(selector, pair().client(), 0);
        Iterator<SelectionKey> begun = selector.keys().iterator();
        begun.next();
        cancelled.cancel();
        selector.selectNow();
        register(selector, pair().client(), 0);
        begun.forEachRemaining(key -> assertSame(selector, key.selector()));

        SocketChannel first = pair().client();
        SocketChannel second = pair().client();
        List<BackgroundCall<Void>> others = List.of(
                BackgroundCall.start(() -> registerAndCancel(selector, first)),
                BackgroundCall.start(() -> registerAndCancel(selector, second)));
        do {
            int met = 0;
            for (SelectionKey key : selector.keys()) {
                met += key == lasting ? 1 : 0;
            }
            assertEquals(1, met, "how often a key that was there all the time was met");
        } while (!others.stream().allMatch(BackgroundCall::isDone));
        for (BackgroundCall<Void> other : others) {
            other.result();
        }
    }

    private static Void registerAndCancel(Selector selector, SocketChannel channel) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            register(selector, channel, OP_READ).cancel();
            selector.selectNow();
        }
        return null;
    }

    @Test
    void s04_aKeyIsInKeysFromItsRegistrationUntilTheSelectionThatFlushesIt() throws Exception {
        Selector selector = selector();
        SelectionKey cancelled = register(selector, pair().client(), 0);
        SelectionKey closed = register(selector, pair().client(), OP_READ);
        assertEquals(Set.of(cancelled, closed), selector.keys());
        selector.selectNow();
        assertEquals(Set.of(cancelled, closed), selector.keys());

        cancelled.cancel();
        closed.channel().close();
        assertEquals(Set.of(cancelled, closed), selector.keys());
        selector.selectNow();
        assertEquals(Set.of(), selector.keys());
    }

    @Test
    void s05_selectedKeysReturnsTheSameSetEveryTime() throws Exception {
        Selector selector = selector();
        Set<SelectionKey> selected = selector.selectedKeys();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        assertEquals(Set.of(), selected);

        selector.select();
        assertSame(selected, selector.selectedKeys());
        assertEquals(Set.of(key), selected);
        selected.clear();
        assertSame(selected, selector.selectedKeys());
        key.cancel();
        selector.selectNow();
        assertSame(selected, selector.selectedKeys());
    }

    @Test
    void s06_nothingCanBeAddedToSelectedKeys() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        Set<SelectionKey> selected = selector.selectedKeys();
        assertThrows(UnsupportedOperationException.class, () -> selected.add(key));
        assertThrows(UnsupportedOperationException.class, () -> selected.addAll(List.of(key)));
        assertThrows(UnsupportedOperationException.class, () -> selected.addAll(List.of()), "also if there is nothing to add");
        assertEquals(Set.of(), selected);

        selector.select();
        assertThrows(UnsupportedOperationException.class, () -> selected.add(key));
        assertThrows(UnsupportedOperationException.class, () -> selected.addAll(List.of(key)));
        assertEquals(Set.of(key), selected);
    }

    @Test
    void s07_keysCanBeRemovedFromSelectedKeysInEveryWayASetHas() throws Exception {
        Selector selector = selector();
        SelectionKey first = register(selector, pair().client(), OP_WRITE);
        SelectionKey second = register(selector, pair().client(), OP_WRITE);
        Set<SelectionKey> both = Set.of(first, second);
        Set<SelectionKey> selected = selector.selectedKeys();
        List<Consumer<Set<SelectionKey>>> all = List.of(
                set -> both.forEach(set::remove),
                set -> set.removeAll(both),
                set -> set.removeAll(List.copyOf(both)),
                set -> set.removeIf(SelectionKey::isWritable),
                set -> set.retainAll(Set.of()),
                Set::clear,
                REMOVE_BY_ITERATOR);
        for (Consumer<Set<SelectionKey>> mutator : all) {
            assertEquals(2, selector.select());
            assertEquals(both, selected);
            mutator.accept(selected);
            assertEquals(Set.of(), selected);
        }

        List<Consumer<Set<SelectionKey>>> one = List.of(
                set -> assertTrue(set.remove(second)),
                set -> assertTrue(set.removeAll(Set.of(second))),
                set -> assertTrue(set.removeIf(key -> key == second)),
                set -> assertTrue(set.retainAll(Set.of(first))));
        for (Consumer<Set<SelectionKey>> mutator : one) {
            selector.select();
            mutator.accept(selected);
            assertEquals(Set.of(first), selected);
            assertTrue(selected.contains(first));
            assertFalse(selected.contains(second));
            assertFalse(selected.remove(second), "it was there no longer");
        }
    }

    @Test
    void s08_anIteratorOfSelectedKeysFailsFastAfterAnotherRemoval() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        register(selector, pair().client(), OP_WRITE);
        selector.select();
        Set<SelectionKey> selected = selector.selectedKeys();
        assertEquals(2, selected.size());
        Iterator<SelectionKey> iterator = selected.iterator();
        iterator.next();

        selected.remove(key);
        assertThrows(ConcurrentModificationException.class, iterator::next);
        assertThrows(ConcurrentModificationException.class, iterator::remove);
    }

    @Test
    void s09_aSelectionHoldsTheMonitorsOfTheSelectorAndOfItsSelectedKeys() throws Exception {
        Selector selector = selector();
        Set<SelectionKey> selected = selector.selectedKeys();
        assertEquals(0, selector.selectNow()); // nothing is left to be loaded, so that a native method is that which waits
        BackgroundCall<Integer> selecting = BackgroundCall.start(selector::select).awaitBlocked();
        Thread first = assertHeld(selector);
        Thread second = assertHeld(selected);
        assertFalse(selecting.isDone());
        selector.wakeup();
        assertEquals(0, selecting.result());
        first.join();
        second.join();

        register(selector, pair().client(), OP_WRITE);
        assertEquals(1, selector.selectNow(key -> {
            assertTrue(Thread.holdsLock(selector));
            assertTrue(Thread.holdsLock(selected));
        }));
        assertFalse(Thread.holdsLock(selector));
        assertFalse(Thread.holdsLock(selected));
    }

    /** Returns the thread that found the monitor to be held, and waits for it. */
    static Thread assertHeld(Object monitor) {
        Thread contender = new Thread(() -> {
            synchronized (monitor) {
                monitor.notifyAll();
            }
        }, "contender");
        contender.setDaemon(true);
        contender.start();
        BackgroundCall.soon().until(() -> Set.of(Thread.State.BLOCKED, Thread.State.TERMINATED).contains(contender.getState()));
        assertEquals(Thread.State.BLOCKED, contender.getState(), "whoever wants the monitor of " + monitor.getClass());
        return contender;
    }

    @Test
    void s10_onAClosedSelectorKeysAndSelectedKeysThrow() throws Exception {
        Selector selector = selector();
        register(selector, pair().client(), OP_WRITE);
        selector.select();
        selector.close();
        assertThrows(ClosedSelectorException.class, selector::keys);
        assertThrows(ClosedSelectorException.class, selector::selectedKeys);
    }
}
