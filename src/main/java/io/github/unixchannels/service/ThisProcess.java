// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostProcesses;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.StatxLayout;

/** The identity of a process, as variables of a service manager name the process. */
interface ThisProcess {

    /** The inode of a process whose pidfd has none of its own. */
    long UNKNOWN_INODE = 0;

    ThisProcess SELF = new ThisProcess() {
        @Override
        public int pid() {
            return Math.toIntExact(ProcessHandle.current().pid());
        }

        @Override
        public long pidfdInode() {
            return ownInode();
        }
    };

    int pid();

    /** The inode of a pidfd of the process, which no other process has until the next boot; {@link #UNKNOWN_INODE} before Linux 6.9. */
    long pidfdInode();

    /** pidfd_open(2), statx(2). Before pidfs all anonymous descriptors were one inode, which an eventfd has too. */
    private static long ownInode() {
        Syscalls sys = HostSyscalls.get();
        int pidfd = HostProcesses.get().pidfdOpen(SELF.pid(), 0);
        int eventfd = sys.eventfd(0, Linux.EFD_CLOEXEC);
        try {
            long inode = inode(pidfd, sys);
            return inode == inode(eventfd, sys) ? UNKNOWN_INODE : inode;
        } finally {
            if (pidfd >= 0) {
                sys.close(pidfd);
            }
            if (eventfd >= 0) {
                sys.close(eventfd);
            }
        }
    }

    private static long inode(int fd, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch(StatxLayout.BYTES);
            return fd < 0 || sys.statx(fd, scratch.address()) < 0 ? UNKNOWN_INODE : scratch.buffer().getLong(StatxLayout.INODE);
        } finally {
            memory.release();
        }
    }
}
