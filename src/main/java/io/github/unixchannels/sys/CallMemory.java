// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import io.github.unixchannels.sys.layout.IovecLayout;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The native memory that a thread needs for its system calls: small structs, and scratch memory for payload.
 *
 * <p>A platform thread has structs of its own for life. Virtual threads, of which there may be very many, borrow theirs for the time of an
 * operation, and so do all threads with scratch memory; a bounded number of either stays for the next ({@link LentObjects}). Not reentrant:
 * who holds one calls nobody that acquires one and fills the same struct.
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

    /** Initialized by the first virtual thread. */
    private static final class OfVirtualThreads {
        static final LentObjects<CallMemory> UNUSED = new LentObjects<>();
    }

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Syscalls sys;
    private final NativeMemory structs;
    private final BufferAddresses addresses = new BufferAddresses();
    private final int number = COUNT.getAndIncrement();
    private NativeMemory iovecs;
    private NativeMemory control;

    private ScratchArea scratch;
    private List<ScratchArea> outgrown; // by what this operation asked for later
    private int depth;

    CallMemory(Syscalls sys) {
        this.sys = sys;
        this.structs = NativeMemory.allocate(sys, STRUCTS_BYTES);
    }

    /** The calling thread's memory, to be given back with {@link #release} before the thread waits for anything but the kernel. */
    public static CallMemory acquire(Syscalls sys) {
        CallMemory memory = VirtualThreads.isCurrentVirtual() ? unusedOrNew(sys) : ThreadMemory.ofCurrentThread(sys);
        return memory.enter();
    }

    CallMemory enter() {
        depth++;
        return this;
    }

    private static CallMemory unusedOrNew(Syscalls sys) {
        CallMemory unused = OfVirtualThreads.UNUSED.take((int) Thread.currentThread().getId());
        return unused != null ? unused : new CallMemory(sys);
    }

    public void release() {
        depth--;
        if (depth == 0 && scratch != null) {
            giveScratchBack();
        }
        if (VirtualThreads.isCurrentVirtual()) {
            OfVirtualThreads.UNUSED.give((int) Thread.currentThread().getId(), this); // or there are enough, and the collector has it
        }
    }

    private void giveScratchBack() {
        scratch.giveBack(number);
        scratch = null;
        while (outgrown != null && !outgrown.isEmpty()) {
            outgrown.remove(outgrown.size() - 1).giveBack(number);
        }
    }

    /** The address of a direct buffer's first byte (index 0, not its position), or 0 if its memory can be given back ({@link BufferScopes}). */
    public long addressOf(ByteBuffer direct) {
        return addresses.of(sys, direct);
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
     * 1.2 KB), and a security label of any length that the kernel knows (at most a page).
     */
    public NativeMemory control() {
        if (control == null) {
            control = NativeMemory.allocate(sys, CONTROL_BYTES);
        }
        return control;
    }

    /**
     * Memory with no defined content, valid until {@link #release}: borrowed from what all threads share. What the same operation was given
     * before stays valid, and may be the same memory.
     *
     * @param needBytes how many bytes it has at least; at most {@link #SCRATCH_BYTES}
     * @throws OutOfMemoryError if there is no address space for it, even after a garbage collection
     */
    public NativeMemory scratch(int needBytes) {
        if (scratch != null) {
            if (scratch.memory().capacity() >= needBytes) {
                return scratch.memory();
            }
            outgrow(needBytes);
        } else {
            scratch = ScratchArea.borrow(sys, needBytes, number);
        }
        return scratch.memory();
    }

    private void outgrow(int needBytes) {
        ScratchArea larger = ScratchArea.borrow(sys, needBytes, number);
        if (outgrown == null) {
            outgrown = new ArrayList<>();
        }
        outgrown.add(scratch);
        scratch = larger;
    }
}
