// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.StatxLayout;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** What a file is and who may do what with it. */
record FileStatus(int mode, int uid, int gid, long device, long inode) {

    private static final int PERMISSIONS = 0777;
    private static final int GROUP_AND_OTHERS_WRITE = 0022;

    /** statx(2) of a descriptor, which may be O_PATH. */
    static FileStatus of(Syscalls sys, int fd, Path path) throws FileSystemException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch(StatxLayout.BYTES);
            int result = sys.statx(fd, scratch.address());
            if (result < 0) {
                throw ErrnoExceptions.file("statx", path, result);
            }
            ByteBuffer statx = scratch.buffer();
            long device = (long) statx.getInt(StatxLayout.DEVICE_MAJOR) << 32 | statx.getInt(StatxLayout.DEVICE_MINOR) & 0xffff_ffffL;
            return new FileStatus(statx.getShort(StatxLayout.MODE) & 0xffff, statx.getInt(StatxLayout.UID),
                    statx.getInt(StatxLayout.GID), device, statx.getLong(StatxLayout.INODE));
        } finally {
            memory.release();
        }
    }

    boolean isSameFile(FileStatus other) {
        return other != null && device == other.device && inode == other.inode;
    }

    boolean isSocket() {
        return type() == Linux.S_IFSOCK;
    }

    boolean isRegularFile() {
        return type() == Linux.S_IFREG;
    }

    int permissions() {
        return mode & PERMISSIONS;
    }

    boolean isWritableByOthers() {
        return (mode & GROUP_AND_OTHERS_WRITE) != 0;
    }

    private int type() {
        return mode & Linux.S_IFMT;
    }

    /** What it is, with an article. */
    String inWords() {
        return switch (type()) {
            case Linux.S_IFSOCK -> "a socket";
            case Linux.S_IFREG -> "a regular file";
            case Linux.S_IFDIR -> "a folder";
            case Linux.S_IFLNK -> "a symbolic link";
            case Linux.S_IFIFO -> "a FIFO";
            default -> "a device";
        };
    }
}
