// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import java.util.BitSet;
import jnr.ffi.LibraryLoader;

/**
 * Binds threads to CPUs. Left alone, two threads that wake each other are on one CPU in some runs and on two in others, and a wake-up of
 * an idle CPU costs more than all else that is measured.
 */
final class Cpus {

    /** The C library's calls. Public because JNR-FFI implements it. */
    public interface Scheduler {
        int sched_getaffinity(int thread, long maskBytes, byte[] mask);

        int sched_setaffinity(int thread, long maskBytes, byte[] mask);
    }

    private static final int MASK_BYTES = 128;
    private static final int THIS_THREAD = 0;

    private static final Scheduler SCHEDULER = LibraryLoader.create(Scheduler.class).load("c");
    private static final int[] ALLOWED = allowed();

    private Cpus() {}

    private static int[] allowed() {
        byte[] mask = new byte[MASK_BYTES];
        requireDone("sched_getaffinity", SCHEDULER.sched_getaffinity(THIS_THREAD, MASK_BYTES, mask));
        return BitSet.valueOf(mask).stream().toArray();
    }

    /** How many this process may use. */
    static int count() {
        return ALLOWED.length;
    }

    /** Binds the calling thread to one of the CPUs that this process may use, counted from 0; there must be as many. */
    static void bindThread(int index) {
        BitSet one = new BitSet();
        one.set(ALLOWED[index]);
        byte[] mask = new byte[MASK_BYTES];
        byte[] bits = one.toByteArray();
        System.arraycopy(bits, 0, mask, 0, bits.length);
        requireDone("sched_setaffinity", SCHEDULER.sched_setaffinity(THIS_THREAD, MASK_BYTES, mask));
    }

    private static void requireDone(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed");
        }
    }
}
