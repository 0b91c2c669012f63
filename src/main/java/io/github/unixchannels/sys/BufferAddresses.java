// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;

/**
 * The addresses of the few direct buffers that a thread used last, by which the kernel may reach them: programs use the same buffers over
 * and over. The buffers are held weakly: to be remembered keeps none alive.
 *
 * <p>Only every {@value #MISSES_PER_ENTRY}th buffer that is not known is remembered, so that a program that never uses one twice leaves no
 * garbage to speak of. Not thread safe.
 */
final class BufferAddresses {

    /** In place of an address: the kernel may not have it. */
    static final long NONE = 0;

    private static final int ENTRIES = 4;
    private static final int MISSES_PER_ENTRY = 64;

    private final Object[] buffers = new Object[ENTRIES];
    private final long[] addresses = new long[ENTRIES];
    private int misses;

    /** The address of a direct buffer's first byte (index 0, not its position), or {@link #NONE} if its memory can be given back. */
    long of(Syscalls sys, ByteBuffer direct) {
        for (int i = 0; i < ENTRIES; i++) {
            if (buffers[i] instanceof WeakReference<?> known && refersTo(known, direct)) {
                return addresses[i];
            }
        }
        ByteBuffer start = BufferScopes.startOf(direct);
        long address = BufferScopes.isCloseable(start) ? NONE : BufferScopes.addressOf(sys, start);
        int miss = misses;
        misses = miss + 1 & Integer.MAX_VALUE;
        if (miss % MISSES_PER_ENTRY == 0) {
            int entry = miss / MISSES_PER_ENTRY % ENTRIES;
            buffers[entry] = new WeakReference<>(direct);
            addresses[entry] = address;
        }
        return address;
    }

    @SuppressWarnings("unchecked") // only of stores
    private static boolean refersTo(WeakReference<?> known, ByteBuffer direct) {
        return ((WeakReference<ByteBuffer>) known).refersTo(direct);
    }
}
