// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelectedKeySetTest {

    private final SelectedKeySet set = new SelectedKeySet();

    private static EpollSelectionKey key() {
        return new EpollSelectionKey(null, null, null);
    }

    private static List<EpollSelectionKey> keys(int count) {
        List<EpollSelectionKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(key());
        }
        return keys;
    }

    @Test
    void aKeyIsIncludedOnce() {
        EpollSelectionKey key = key();
        assertTrue(set.include(key));
        assertFalse(set.include(key));
        assertEquals(1, set.size());
        assertTrue(set.contains(key));
    }

    @Test
    void itHoldsWhatASetHoldsWhateverComesAndGoes() {
        Random random = new Random(4711);
        List<EpollSelectionKey> keys = keys(300);
        Set<SelectionKey> expected = new HashSet<>();
        for (int i = 0; i < 50_000; i++) {
            EpollSelectionKey key = keys.get(random.nextInt(keys.size()));
            if (random.nextInt(5) < 3) {
                assertEquals(expected.add(key), set.include(key));
            } else {
                assertEquals(expected.remove(key), set.remove(key));
            }
            if (random.nextInt(5_000) == 0) {
                set.clear();
                expected.clear();
            }
            assertEquals(expected.size(), set.size());
            assertEquals(expected.contains(key), set.contains(key));
        }
        assertEquals(expected, set);
        assertEquals(expected, Set.copyOf(set));
    }

    @Test
    void itGrowsToAnyNumberOfKeys() {
        List<EpollSelectionKey> keys = keys(5_000);
        keys.forEach(set::include);
        assertEquals(new HashSet<SelectionKey>(keys), set);
        set.clear();
        assertTrue(set.isEmpty());
        assertFalse(set.contains(keys.get(0)));
        assertTrue(set.include(keys.get(4_999)));
    }

    @Test
    void anIterationThatRemovesMeetsEveryKeyOnce() {
        for (int count = 0; count < 40; count++) {
            List<EpollSelectionKey> keys = keys(count);
            keys.forEach(set::include);
            Random random = new Random(count);
            List<SelectionKey> met = new ArrayList<>();
            Set<SelectionKey> kept = new HashSet<>();
            for (Iterator<SelectionKey> i = set.iterator(); i.hasNext(); ) {
                SelectionKey key = i.next();
                met.add(key);
                if (random.nextBoolean()) {
                    i.remove();
                } else {
                    kept.add(key);
                }
            }
            assertEquals(count, met.size());
            assertEquals(new HashSet<SelectionKey>(keys), new HashSet<>(met));
            assertEquals(kept, set);
            set.clear();
        }
    }

    @Test
    void anIteratorRemovesOnlyWhatItReturnedAndOnlyOnce() {
        set.include(key());
        Iterator<SelectionKey> iterator = set.iterator();
        assertThrows(IllegalStateException.class, iterator::remove);
        iterator.next();
        iterator.remove();
        assertThrows(IllegalStateException.class, iterator::remove);
        assertFalse(iterator.hasNext());
        assertThrows(NoSuchElementException.class, iterator::next);
    }

    @Test
    void anIteratorFailsAfterAnyChangeThatIsNotItsOwn() {
        List<Runnable> changes = List.of(() -> set.include(key()), set::clear, () -> {
            Iterator<SelectionKey> other = set.iterator();
            other.next();
            other.remove();
        });
        for (Runnable change : changes) {
            keys(2).forEach(set::include);
            Iterator<SelectionKey> iterator = set.iterator();
            iterator.next();
            change.run();
            assertThrows(ConcurrentModificationException.class, iterator::next);
            assertThrows(ConcurrentModificationException.class, iterator::remove);
        }
    }

    @Test
    void aRemovalThatChangesNothingDisturbsNoIterator() {
        set.include(key());
        Iterator<SelectionKey> iterator = set.iterator();
        assertFalse(set.remove(key()));
        assertFalse(set.remove("no key"));
        assertFalse(set.remove(null));
        assertFalse(set.contains(null));
        iterator.next();
        iterator.remove();
        assertTrue(set.isEmpty());
    }

    @Test
    void aKeyOfAnotherSetIsNotHere() {
        SelectedKeySet other = new SelectedKeySet();
        EpollSelectionKey here = key();
        EpollSelectionKey there = key();
        set.include(here);
        other.include(there);

        assertFalse(set.contains(there));
        assertFalse(set.remove(there));
        assertTrue(other.contains(there));
        assertTrue(set.contains(here));
    }

    @Test
    void theBulkOperationsDoAsTheySay() {
        List<EpollSelectionKey> keys = keys(10);
        Set<SelectionKey> even = new LinkedHashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            set.include(keys.get(i));
            if (i % 2 == 0) {
                even.add(keys.get(i));
            }
        }
        assertTrue(set.containsAll(even));
        assertTrue(set.retainAll(even));
        assertEquals(even, set);
        assertTrue(set.removeIf(k -> k == keys.get(0)));
        assertFalse(set.contains(keys.get(0)));
        assertTrue(set.removeAll(even));
        assertTrue(set.isEmpty());
        assertFalse(set.removeAll(Collections.emptySet()));
    }
}
