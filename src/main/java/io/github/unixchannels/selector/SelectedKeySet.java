// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.nio.channels.SelectionKey;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The selected keys of one selector: keys can be removed, and only the selector adds any. An array in which every key knows its place, so
 * that nothing is allocated and nothing searched. Not thread safe; iterators fail fast.
 */
final class SelectedKeySet extends AbstractSet<SelectionKey> {

    private SelectorKey[] keys = new SelectorKey[64];
    private int size;
    private int modifications;

    /** Adds a key of the selector; returns whether it was not there. */
    boolean include(SelectorKey key) {
        if (key.selectedIndex >= 0) {
            return false;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
        }
        key.selectedIndex = size;
        keys[size++] = key;
        modifications++;
        return true;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean contains(Object object) {
        return object instanceof SelectorKey key && holds(key);
    }

    /** Refused even if there is nothing to add, as the JDK does. */
    @Override
    public boolean addAll(Collection<? extends SelectionKey> c) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean remove(Object object) {
        if (!(object instanceof SelectorKey key) || !holds(key)) {
            return false;
        }
        int index = key.selectedIndex;
        SelectorKey last = keys[--size];
        keys[index] = last;
        last.selectedIndex = index;
        keys[size] = null;
        key.selectedIndex = -1;
        modifications++;
        return true;
    }

    @Override
    public void clear() {
        for (int i = 0; i < size; i++) {
            keys[i].selectedIndex = -1;
            keys[i] = null;
        }
        size = 0;
        modifications++;
    }

    @Override
    public Iterator<SelectionKey> iterator() {
        return new Keys();
    }

    private boolean holds(SelectorKey key) {
        int index = key.selectedIndex;
        return index >= 0 && index < size && keys[index] == key;
    }

    private final class Keys implements Iterator<SelectionKey> {

        private int next;
        private SelectorKey last;
        private int expectedModifications = modifications;

        @Override
        public boolean hasNext() {
            return next < size;
        }

        @Override
        public SelectionKey next() {
            requireUnmodified();
            if (next >= size) {
                throw new NoSuchElementException();
            }
            last = keys[next++];
            return last;
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException();
            }
            requireUnmodified();
            SelectedKeySet.this.remove(last);
            expectedModifications = modifications;
            last = null;
            next--; // where the last key of the array is now
        }

        private void requireUnmodified() {
            if (modifications != expectedModifications) {
                throw new ConcurrentModificationException();
            }
        }
    }
}
