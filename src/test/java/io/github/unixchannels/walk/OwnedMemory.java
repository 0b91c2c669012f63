// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file in memory whose content is its number, so that a descriptor tells which file it is of.
 *
 * @param fd its owner
 * @param id the content
 */
record OwnedMemory(OwnedFd fd, long id) {

    private static final AtomicLong IDS = new AtomicLong(1L << 32);
    private static final int NAME = 16;

    private static NativeMemory scratch() {
        return NativeMemory.allocate(HostSyscalls.get(), 32);
    }

    /** Makes one; the number is a raw one, and is still the caller's to give an owner. */
    static int open(long id) {
        Syscalls sys = HostSyscalls.get();
        NativeMemory memory = scratch();
        memory.buffer().putLong(0, id).putInt(NAME, 'w');
        int fd = sys.memfdCreate(memory.address() + NAME, Linux.MFD_CLOEXEC | Linux.MFD_ALLOW_SEALING);
        if (fd < 0 || sys.write(fd, memory.address(), Long.BYTES) != Long.BYTES) {
            throw new AssertionError("memfd_create: " + fd);
        }
        NativeCalls.rewind(fd);
        Reference.reachabilityFence(memory);
        return fd;
    }

    static long nextId() {
        return IDS.incrementAndGet();
    }

    /** The content of a file with that number; -1 if it is no such file. */
    static long idOf(int fd) {
        NativeMemory memory = scratch();
        long n = NativeCalls.pread(fd, memory.address(), Long.BYTES, 0);
        Reference.reachabilityFence(memory);
        return n == Long.BYTES ? memory.buffer().getLong(0) : -1;
    }

    /** Whether the owner's number is that of the file. */
    boolean isRight() throws IOException {
        return idOf(fd.number()) == id;
    }
}
