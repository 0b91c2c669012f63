// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.OwnedFd.Kind;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.StatxLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** What descriptors refer to. */
final class FdKinds {

    private FdKinds() {}

    /** statx(2), and what else it takes. The descriptor stays open meanwhile. */
    static Kind of(Syscalls sys, int fd) throws IOException {
        return switch (mode(sys, fd) & Linux.S_IFMT) {
            case Linux.S_IFREG -> Kind.REGULAR_FILE;
            case Linux.S_IFDIR -> Kind.DIRECTORY;
            case Linux.S_IFCHR -> Kind.CHARACTER_DEVICE;
            case Linux.S_IFBLK -> Kind.BLOCK_DEVICE;
            case Linux.S_IFIFO -> Kind.PIPE;
            case Linux.S_IFSOCK -> ofSocket(sys, fd);
            case 0 -> isPidfd(fd) ? Kind.PIDFD : Kind.ANONYMOUS; // the inode behind the anonymous ones has no type
            default -> Kind.OTHER;
        };
    }

    /** With an article. */
    static String inWords(Kind kind) {
        return switch (kind) {
            case REGULAR_FILE -> "a regular file";
            case DIRECTORY -> "a directory";
            case CHARACTER_DEVICE -> "a character device";
            case BLOCK_DEVICE -> "a block device";
            case PIPE -> "a pipe";
            case STREAM_SOCKET -> "a stream socket";
            case SEQPACKET_SOCKET -> "a seqpacket socket";
            case DATAGRAM_SOCKET -> "a datagram socket";
            case LISTENING_SOCKET -> "a listening socket";
            case OTHER_SOCKET -> "a socket of another type";
            case PIDFD -> "a pidfd";
            case ANONYMOUS -> "an anonymous inode";
            case OTHER -> "something unknown";
        };
    }

    private static int mode(Syscalls sys, int fd) throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch(StatxLayout.BYTES);
            int result = sys.statx(fd, scratch.address());
            if (result < 0) {
                throw ErrnoExceptions.io("statx", "fd=" + fd, result);
            }
            return scratch.buffer().getShort(StatxLayout.MODE) & 0xffff;
        } finally {
            memory.release();
        }
    }

    private static Kind ofSocket(Syscalls sys, int fd) throws IOException {
        int type = socketOption(sys, fd, Linux.SO_TYPE);
        if (type == -Errno.EBADF) {
            return Kind.OTHER; // the name of a socket in a folder, opened with O_PATH
        }
        requireValue(fd, "SO_TYPE", type);
        int listens = socketOption(sys, fd, Linux.SO_ACCEPTCONN);
        requireValue(fd, "SO_ACCEPTCONN", listens);
        if (listens != 0) {
            return Kind.LISTENING_SOCKET;
        }
        return switch (type) {
            case Linux.SOCK_STREAM -> Kind.STREAM_SOCKET;
            case Linux.SOCK_SEQPACKET -> Kind.SEQPACKET_SOCKET;
            case Linux.SOCK_DGRAM -> Kind.DATAGRAM_SOCKET;
            default -> Kind.OTHER_SOCKET;
        };
    }

    /** getsockopt(2) of an int that is not negative: the value, or an error number negated. */
    private static int socketOption(Syscalls sys, int fd, int option) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long structs = memory.structs().address();
            ByteBuffer buffer = memory.structs().buffer().putInt(memory.lengthOffset(), Integer.BYTES);
            int result = sys.getsockopt(fd, Linux.SOL_SOCKET, option, structs + memory.valueOffset(), structs + memory.lengthOffset());
            return result < 0 ? result : buffer.getInt(memory.valueOffset());
        } finally {
            memory.release();
        }
    }

    private static void requireValue(int fd, String name, int value) throws IOException {
        if (value < 0) {
            throw ErrnoExceptions.socket("getsockopt", "fd=" + fd + ", " + name, value);
        }
    }

    /** The name that the kernel shows it under, both before pidfs (Linux 6.9) and with it. Nothing else tells, so not without /proc. */
    private static boolean isPidfd(int fd) {
        try {
            String name = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            return name.equals("anon_inode:[pidfd]") || name.startsWith("pidfd:");
        } catch (IOException e) {
            return false;
        }
    }
}
