// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The native memory that a thread needs for its system calls: small structs, and a large scratch area for payload.
 *
 * <p>A platform thread has one of its own for life. Virtual threads, of which there may be very many, borrow from a pool that is as
 * large as the number of them that were ever inside a system call at one time. Not reentrant: who holds one calls nobody that
 * acquires one.
 */
public final class CallMemory {

    /**
     * Larger than any message an AF_UNIX socket can carry where a page has 4 KiB: its linear part is one kmalloc(9), at most 4 MiB, and
     * the rest a few dozen pages (sock_alloc_send_pskb). Only the pages that messages really used are resident.
     */
    public static final int SCRATCH_BYTES = 8 << 20;

    private static final int CONTROL_BYTES = 8 << 10;
    private static final int ADDRESS = 0;
    private static final int LENGTH = 128;
    private static final int VALUE = LENGTH + 8;
    private static final int MESSAGE = VALUE + 64;
    private static final int STRUCTS_BYTES = MESSAGE + MsghdrLayout.BYTES;

    private static final ThreadLocal<CallMemory> OF_THREAD = new ThreadLocal<>();

    /** Initialized by the first virtual thread. */
    private static final class Pool {
        static final ConcurrentLinkedDeque<CallMemory> FREE = new ConcurrentLinkedDeque<>();
    }

    private final Syscalls sys;
    private final NativeMemory structs;
    private final BufferAddresses addresses = new BufferAddresses();
    private NativeMemory iovecs;
    private NativeMemory control;
    private NativeMemory scratch;

    private CallMemory(Syscalls sys) {
        this.sys = sys;
        this.structs = NativeMemory.allocate(sys, STRUCTS_BYTES);
    }

    /** The calling thread's memory, to be given back with {@link #release} before the thread waits for anything but the kernel. */
    public static CallMemory acquire(Syscalls sys) {
        if (VirtualThreads.isCurrentVirtual()) {
            CallMemory pooled = Pool.FREE.pollFirst();
            return pooled != null ? pooled : new CallMemory(sys);
        }
        CallMemory memory = OF_THREAD.get();
        if (memory == null) {
            memory = new CallMemory(sys);
            OF_THREAD.set(memory);
        }
        return memory;
    }

    public void release() {
        if (VirtualThreads.isCurrentVirtual()) {
            Pool.FREE.addFirst(this);
        }
    }

    /** The address of a direct buffer's first byte (index 0, not its position). */
    public long addressOf(ByteBuffer direct) {
        return addresses.of(sys, direct);
    }

    /** As {@link #addressOf} where that costs next to nothing, for this thread used the buffer before; otherwise 0. */
    public long knownAddressOf(ByteBuffer direct) {
        return addresses.known(sys, direct);
    }

    /** Offset in {@link #structs} of a {@code sockaddr_un} with room for what the kernel writes. */
    public int addressOffset() {
        return ADDRESS;
    }

    /** Offset in {@link #structs} of a {@code socklen_t}. */
    public int lengthOffset() {
        return LENGTH;
    }

    /** Offset in {@link #structs} of 64 bytes for an option's value or another small struct. */
    public int valueOffset() {
        return VALUE;
    }

    /** Offset in {@link #structs} of a {@code msghdr}. */
    public int messageOffset() {
        return MESSAGE;
    }

    public NativeMemory structs() {
        return structs;
    }

    /** Room for {@link Linux#IOV_MAX} iovecs. */
    public NativeMemory iovecs() {
        if (iovecs == null) {
            iovecs = NativeMemory.allocate(sys, Linux.IOV_MAX * IovecLayout.BYTES);
        }
        return iovecs;
    }

    /**
     * Room for all control messages that can come with one message: credentials, a time, a pidfd, the most descriptors (together less than
     * 1.2 KB), and a security label of whatever length the kernel knows (at most a page).
     */
    public NativeMemory control() {
        if (control == null) {
            control = NativeMemory.allocate(sys, CONTROL_BYTES);
        }
        return control;
    }

    /** {@link #SCRATCH_BYTES} of memory with no defined content. */
    public NativeMemory scratch() {
        if (scratch == null) {
            scratch = NativeMemory.reserve(sys, SCRATCH_BYTES);
        }
        return scratch;
    }

    /**
     * Memory with no defined content, valid until {@link #release}.
     *
     * @param needBytes how many bytes it has at least; at most {@link #SCRATCH_BYTES}
     */
    public NativeMemory scratch(int needBytes) {
        return scratch();
    }
}
