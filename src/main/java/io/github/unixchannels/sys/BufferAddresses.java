// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;

/**
 * The addresses of the few direct buffers that a thread used last. To ask the JVM for one costs more than to copy a kilobyte, and
 * programs use the same buffers over and over. The buffers are held weakly: to be remembered keeps none alive.
 *
 * <p>Only every {@value #MISSES_PER_ENTRY}th buffer that is not known is remembered, so that a program that never uses one twice leaves no
 * garbage to speak of. Not thread safe.
 */
final class BufferAddresses {

    /** No address. */
    static final long UNKNOWN = 0;

    private static final int ENTRIES = 4;
    private static final int MISSES_PER_ENTRY = 64;

    private final Object[] buffers = new Object[ENTRIES];
    private final long[] addresses = new long[ENTRIES];
    private int misses;

    /** The address of a direct buffer's first byte (index 0, not its position). */
    long of(Syscalls sys, ByteBuffer direct) {
        long known = known(sys, direct);
        return known != UNKNOWN ? known : sys.addressOf(direct);
    }

    /** As {@link #of} if the buffer is known or its turn to become so has come, else {@link #UNKNOWN}. */
    long known(Syscalls sys, ByteBuffer direct) {
        for (int i = 0; i < ENTRIES; i++) {
            if (buffers[i] instanceof WeakReference<?> known && refersTo(known, direct)) {
                return addresses[i];
            }
        }
        int miss = misses;
        misses = miss + 1 & Integer.MAX_VALUE;
        if (miss % MISSES_PER_ENTRY != 0) {
            return UNKNOWN;
        }
        int entry = miss / MISSES_PER_ENTRY % ENTRIES;
        buffers[entry] = new WeakReference<>(direct);
        addresses[entry] = sys.addressOf(direct);
        return addresses[entry];
    }

    @SuppressWarnings("unchecked") // only of stores
    private static boolean refersTo(WeakReference<?> known, ByteBuffer direct) {
        return ((WeakReference<ByteBuffer>) known).refersTo(direct);
    }
}
