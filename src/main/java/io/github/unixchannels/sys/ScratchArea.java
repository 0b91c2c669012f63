// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.lang.ref.WeakReference;

/**
 * Native memory that a call borrows for the time of one operation. All threads share the areas, platform and virtual.
 *
 * <p>As many areas of each size stay mapped as {@link LentObjects} has slots; an area beyond that is unmapped when it is given back. An area
 * that is not lent is referred to weakly: the next garbage collection unmaps the area, and the area holds no class loader.
 */
final class ScratchArea extends WeakReference<NativeMemory> {

    private static final int[] SIZES_BYTES = {64 << 10, 512 << 10, CallMemory.SCRATCH_BYTES};
    private static final int PAGE_BYTES = 4096;

    private static final LentObjects<?>[] UNUSED = {new LentObjects<>(), new LentObjects<>(), new LentObjects<>()};

    /** The unused areas of its size; null if it is smaller than its size, for there was no room for more. */
    private final LentObjects<ScratchArea> unused;

    /** Null while nobody has borrowed it. */
    private NativeMemory memory;

    private ScratchArea(NativeMemory memory, int size) {
        super(memory);
        this.memory = memory;
        this.unused = memory.capacity() == SIZES_BYTES[size] ? unused(size) : null;
    }

    /**
     * Borrows an area of at least {@code needBytes}, with no defined content.
     *
     * @param needBytes at most {@link CallMemory#SCRATCH_BYTES}
     * @param preferred the borrower's own number, as far as can be
     * @throws OutOfMemoryError if there is no address space for it, even after a garbage collection
     */
    static ScratchArea borrow(Syscalls sys, int needBytes, int preferred) {
        int size = 0;
        while (SIZES_BYTES[size] < needBytes) { // an ArrayIndexOutOfBoundsException: the caller's mistake
            size++;
        }
        ScratchArea area = takeUnused(size, preferred);
        return area != null ? area : new ScratchArea(map(sys, size, needBytes), size);
    }

    NativeMemory memory() {
        return memory;
    }

    /** Ends the loan. Nobody may use the memory any more. */
    void giveBack(int preferred) {
        NativeMemory lent = memory;
        memory = null;
        if (unused == null || !unused.give(preferred, this)) {
            lent.unmap();
        }
    }

    private static ScratchArea takeUnused(int size, int preferred) {
        ScratchArea area;
        while ((area = unused(size).take(preferred)) != null) {
            NativeMemory memory = area.get();
            if (memory != null) {
                area.memory = memory;
                return area;
            }
        }
        return null;
    }

    private static NativeMemory map(Syscalls sys, int size, int needBytes) {
        int leastBytes = (needBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        AddressSpace space = new AddressSpace(sys);
        do {
            NativeMemory memory = space.map(SIZES_BYTES[size]);
            if (memory == null) {
                unmapUnused();
                memory = space.map(SIZES_BYTES[size]);
            }
            if (memory == null) {
                memory = space.map(Math.max(leastBytes, PAGE_BYTES));
            }
            if (memory != null) {
                return memory;
            }
        } while (space.collectAndWait());
        throw space.outOfMemory(leastBytes);
    }

    private static void unmapUnused() {
        for (int size = 0; size < SIZES_BYTES.length; size++) {
            ScratchArea area;
            while ((area = takeUnused(size, 0)) != null) {
                area.memory.unmap();
            }
        }
    }

    @SuppressWarnings("unchecked") // there are no arrays of generic types
    private static LentObjects<ScratchArea> unused(int size) {
        return (LentObjects<ScratchArea>) UNUSED[size];
    }
}
