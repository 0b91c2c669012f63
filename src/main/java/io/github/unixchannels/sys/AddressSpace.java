// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

/**
 * One attempt to get a mapping where address space is short: what the JDK does before direct memory is an {@link OutOfMemoryError}. A
 * garbage collection unmaps the buffers and the areas that nobody refers to, by threads of the JVM, which take their time.
 */
final class AddressSpace {

    /** Together half a second. */
    private static final int MOST_WAITS = 9;

    private final Syscalls sys;
    private int errno;
    private int waits;

    AddressSpace(Syscalls sys) {
        this.sys = sys;
    }

    /** mmap(2). Returns null if the kernel refuses. */
    NativeMemory map(int lengthBytes) {
        long address = sys.mapAnonymous(lengthBytes);
        if (address < 0) {
            errno = (int) -address;
            return null;
        }
        return NativeMemory.ofMapping(sys, address, lengthBytes);
    }

    /** Asks for a garbage collection, the first time, and waits, each time twice as long. Returns false, at once, if that was done enough. */
    boolean collectAndWait() {
        if (waits == MOST_WAITS) {
            return false;
        }
        if (waits == 0) {
            System.gc();
        }
        try {
            Thread.sleep(1L << waits);
            waits++;
        } catch (InterruptedException e) {
            waits = MOST_WAITS; // one more attempt
            Thread.currentThread().interrupt();
        }
        return true;
    }

    OutOfMemoryError outOfMemory(int lengthBytes) {
        return new OutOfMemoryError("mmap(length=" + lengthBytes + "): " + Errno.describe(errno)
                + ": a limit on address space (ulimit -v) or on mappings (vm.max_map_count), after unused memory was unmapped, a garbage"
                + " collection and " + waits + " waits");
    }
}
