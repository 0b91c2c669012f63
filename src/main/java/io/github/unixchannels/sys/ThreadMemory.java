// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a platform thread, for the life of the thread.
 *
 * <p>The thread refers to its memory weakly, so that a thread that lives on does not hold the class loader of this library. What keeps the
 * memory is a list of this class, which the memory of ended threads is swept out of as the list grows.
 */
final class ThreadMemory extends WeakReference<Thread> {

    private static final int LEAST_SWEPT = 64;

    private static final ThreadLocal<WeakReference<CallMemory>> OF_THREAD = new ThreadLocal<>();

    // Both guarded by the list.
    private static final List<ThreadMemory> ALL = new ArrayList<>();
    private static int sweptAt = LEAST_SWEPT;

    private final CallMemory memory;

    private ThreadMemory(Thread thread, CallMemory memory) {
        super(thread);
        this.memory = memory;
    }

    static CallMemory ofCurrentThread(Syscalls sys) {
        WeakReference<CallMemory> known = OF_THREAD.get();
        CallMemory memory = known == null ? null : known.get();
        return memory != null ? memory : create(sys);
    }

    private static CallMemory create(Syscalls sys) {
        CallMemory memory = new CallMemory(sys);
        ThreadMemory entry = new ThreadMemory(Thread.currentThread(), memory);
        synchronized (ALL) {
            if (ALL.size() >= sweptAt) {
                sweep();
                sweptAt = Math.max(2 * ALL.size(), LEAST_SWEPT);
            }
            ALL.add(entry);
        }
        OF_THREAD.set(new WeakReference<>(memory));
        return memory;
    }

    /** No lambda: the first of them in a process takes longer than a system call. */
    private static void sweep() {
        int kept = 0;
        for (int i = 0; i < ALL.size(); i++) {
            Thread thread = ALL.get(i).get();
            if (thread != null && thread.isAlive()) {
                ALL.set(kept++, ALL.get(i));
            }
        }
        ALL.subList(kept, ALL.size()).clear();
    }

    /** How many there are, of ended threads too that were not yet swept out. */
    static int count() {
        synchronized (ALL) {
            return ALL.size();
        }
    }
}
