// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import io.github.unixchannels.socket.SocketQueries;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be done with what is waited for. */
final class PollableKinds {

    /** ioctl(2): the attributes of a terminal. */
    private static final int TCGETS = 0x5401;

    /** ioctl(2): the number of a pseudoterminal, of its master only. */
    private static final long TIOCGPTN = 0x80045430L;

    private PollableKinds() {}

    /**
     * OP_READ, OP_WRITE, or both; 0 of what has no bytes, and of sockets and pipes, which have channels of their own. A terminal becomes an
     * open file of its own, where that is permitted: the O_NONBLOCK of a shell's would be felt by all its programs.
     *
     * @throws IOException if the kernel has no descriptor or no memory left for that
     */
    static int operations(Syscalls sys, int fd) throws IOException {
        int flags = sys.fcntl(fd, Linux.F_GETFL, 0);
        if (flags < 0 || SocketQueries.isSocket(fd, sys) || sys.fcntl(fd, Linux.F_GETPIPE_SZ, 0) >= 0) {
            return 0;
        }
        String name = name(fd);
        if (name.equals("anon_inode:[eventpoll]") || name.equals("anon_inode:[pidfd]") || name.startsWith("pidfd:")) {
            return 0;
        }
        if (name.equals("anon_inode:[timerfd]") || name.equals("anon_inode:[signalfd]")) {
            return SelectionKey.OP_READ; // open for both, and refuse to be written
        }
        if (isTerminal(sys, fd)) {
            PipeEnds.reopen(sys, fd, flags | Linux.O_NOCTTY);
        }
        int access = flags & Linux.O_ACCMODE;
        return (access != Linux.O_WRONLY ? SelectionKey.OP_READ : 0) | (access != Linux.O_RDONLY ? SelectionKey.OP_WRITE : 0);
    }

    /** What the kernel shows it as; empty where there is no /proc, and then what cannot be done is the kernel's to refuse. */
    private static String name(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether it is a terminal that can be opened again by its name: to open a master makes another terminal. */
    private static boolean isTerminal(Syscalls sys, int fd) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long result = memory.structs().address() + memory.valueOffset();
            return sys.ioctl(fd, TCGETS, result) >= 0 && sys.ioctl(fd, TIOCGPTN, result) < 0;
        } finally {
            memory.release();
        }
    }
}
