// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file that bind(2) has made, held by a descriptor (O_PATH), so that mode and group are set on that file and no other. */
final class SocketEntry implements AutoCloseable {

    private static final int UNCHANGED = -1;

    private final Syscalls sys;
    private final int fd;
    private final Path path;
    private final FileStatus status;

    private SocketEntry(Syscalls sys, int fd, Path path, FileStatus status) {
        this.sys = sys;
        this.fd = fd;
        this.path = path;
        this.status = status;
    }

    /**
     * Opens the file that was made just now. If the kernel cannot tell what it is, it is removed.
     *
     * @throws FileSystemException if it is gone or no socket: another process writes to the folder
     */
    static SocketEntry open(Folder folder, Path name, Path path) throws FileSystemException {
        int fd = folder.openEntry(name, Linux.O_PATH, 0);
        if (fd < 0) {
            folder.unlink(name);
            throw ErrnoExceptions.file("openat", path, fd);
        }
        FileStatus status = null;
        try {
            status = FileStatus.of(folder.sys(), fd, path);
            if (!status.isSocket()) {
                throw new FileSystemException(path.toString(), null, "replaced by " + status.inWords() + " since it was bound");
            }
            return new SocketEntry(folder.sys(), fd, path, status);
        } catch (Throwable e) {
            folder.sys().close(fd);
            if (status == null) {
                folder.unlink(name);
            }
            throw e;
        }
    }

    FileStatus status() {
        return status;
    }

    /**
     * Sets the mode and, unless it is negative, the group. The file was bound with a mode that permits no more than this one, so that the
     * group comes first.
     *
     * @throws IOException if the kernel did not bind it with that mode, or refuses
     */
    void setAccess(int mode, int gid) throws IOException {
        if ((status.permissions() & ~mode) != 0) {
            throw new FileSystemException(path.toString(), null, "bind made the file with mode "
                    + Integer.toOctalString(status.permissions()) + ", which permits more than " + Integer.toOctalString(mode));
        }
        if (gid != UNCHANGED) {
            int result = sys.fchownat(fd, UNCHANGED, gid);
            if (result < 0) {
                throw ErrnoExceptions.file("fchownat", path, result);
            }
        }
        if (status.permissions() != mode) {
            int result = changeMode(mode);
            if (result < 0) {
                throw ErrnoExceptions.file("fchmodat2", path, result);
            }
        }
    }

    /** Before Linux 6.6, and under filters of containers that do not know the call, by the descriptor's name in /proc. */
    private int changeMode(int mode) {
        int result = sys.fchmodat2(fd, mode);
        return result == -Errno.ENOSYS || result == -Errno.EPERM
                ? Folder.call(sys, Path.of("/proc/self/fd", Integer.toString(fd)), name -> sys.chmod(name, mode))
                : result;
    }

    @Override
    public void close() {
        sys.close(fd);
    }
}
