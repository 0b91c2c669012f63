// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import java.util.Arrays;

/**
 * The keys of channels of the Java platform that wait for a connection. Every key knows its place, so that nothing is searched. Used by
 * the thread that holds the selector's monitor.
 */
final class ConnectingKeys {

    private PlatformKey[] keys = new PlatformKey[16];
    private int size;

    int size() {
        return size;
    }

    PlatformKey get(int index) {
        return keys[index];
    }

    /** Adds a key, unless it is there. */
    void add(PlatformKey key) {
        if (key.connectingIndex >= 0) {
            return;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
        }
        key.connectingIndex = size;
        keys[size++] = key;
    }

    /** Takes a key out, if it is there: the last one takes its place. */
    void remove(PlatformKey key) {
        int index = key.connectingIndex;
        if (index < 0) {
            return;
        }
        PlatformKey last = keys[--size];
        keys[index] = last;
        last.connectingIndex = index;
        keys[size] = null;
        key.connectingIndex = -1;
    }
}
