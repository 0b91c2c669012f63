// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.nio.channels.SelectionKey;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** Keys that anybody may remove, and a selection alone may add. */
final class SelectedKeys extends AbstractSet<SelectionKey> {

    private final Set<SelectionKey> keys = new HashSet<>();

    void select(SelectionKey key) {
        keys.add(key);
    }

    @Override
    public Iterator<SelectionKey> iterator() {
        return keys.iterator();
    }

    @Override
    public int size() {
        return keys.size();
    }

    @Override
    public boolean contains(Object key) {
        return keys.contains(key);
    }

    @Override
    public boolean remove(Object key) {
        return keys.remove(key);
    }

    @Override
    public boolean addAll(Collection<? extends SelectionKey> added) {
        throw new UnsupportedOperationException();
    }
}
