// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory with its address. The memory lives as long as this object; a caller that passes {@link #address} to a system call
 * keeps this object reachable until the call returns.
 */
public final class NativeMemory {

    private static final Cleaner CLEANER = Cleaner.create();

    private final ByteBuffer buffer;
    private final long address;
    private Cleaner.Cleanable mapping;

    private NativeMemory(ByteBuffer buffer, long address) {
        this.buffer = buffer;
        this.address = address;
    }

    /** Zeroed memory for structs: small, touched at once. */
    public static NativeMemory allocate(Syscalls sys, int lengthBytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(lengthBytes).order(ByteOrder.nativeOrder());
        return new NativeMemory(buffer, sys.addressOf(buffer));
    }

    /**
     * Zeroed memory of which only the pages that are used become resident, 4 KiB at a time.
     *
     * @throws OutOfMemoryError if the kernel has no address space left for it
     */
    public static NativeMemory reserve(Syscalls sys, int lengthBytes) {
        AddressSpace space = new AddressSpace(sys);
        NativeMemory memory = space.map(lengthBytes);
        if (memory == null) {
            throw space.outOfMemory(lengthBytes);
        }
        return memory;
    }

    /** Memory that mmap(2) mapped. Of huge pages, which some systems use where they can, each would be resident at its first byte. */
    static NativeMemory ofMapping(Syscalls sys, long address, int lengthBytes) {
        try {
            sys.madvise(address, lengthBytes, Linux.MADV_NOHUGEPAGE); // EINVAL: a kernel that has none
            NativeMemory memory = new NativeMemory(sys.view(address, lengthBytes), address);
            memory.mapping = CLEANER.register(memory, new Mapping(sys, address, lengthBytes));
            return memory;
        } catch (Throwable e) { // no room for the objects
            sys.munmap(address, lengthBytes);
            throw e;
        }
    }

    /** munmap(2), now. Nobody may use the memory any more. Only of {@link #reserve}d memory. */
    void unmap() {
        mapping.clean();
    }

    /** No lambda: the first of them in a process takes longer than the call that needs the memory. */
    private record Mapping(Syscalls sys, long address, int lengthBytes) implements Runnable {
        @Override
        public void run() {
            sys.munmap(address, lengthBytes);
        }
    }

    /** The memory as bytes, in native byte order. Position and limit are the caller's to use. */
    public ByteBuffer buffer() {
        return buffer;
    }

    public long address() {
        return address;
    }

    public int capacity() {
        return buffer.capacity();
    }
}
