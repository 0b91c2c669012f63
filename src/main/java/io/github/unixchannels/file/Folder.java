// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import io.github.unixchannels.address.PathBytes;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.function.LongToIntFunction;

/**
 * The folder of a socket's file, by a descriptor (O_PATH), so that all that is done to the names in the folder is done in the same folder.
 */
final class Folder implements AutoCloseable {

    // The two that the architectures disagree about: arch/arm64/include/uapi/asm/fcntl.h.
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

    private static final int OWNER_ONLY = 0700;

    private final Syscalls sys;
    private final Path path;
    private final int fd;

    private Folder(Syscalls sys, Path path, int fd) {
        this.sys = sys;
        this.path = path;
        this.fd = fd;
    }

    /**
     * open(2) of a folder.
     *
     * @param create whether it is made if missing, and must be this user's alone if not
     */
    static Folder open(Syscalls sys, Path path, boolean create) throws FileSystemException {
        if (create) {
            int result = call(sys, path, address -> sys.mkdir(address, OWNER_ONLY));
            if (result < 0 && result != -Errno.EEXIST) {
                throw ErrnoExceptions.file("mkdir", path, result);
            }
        }
        Folder folder = new Folder(sys, path, open(sys, path, create ? O_NOFOLLOW : 0));
        try {
            if (create) {
                folder.requireThisUsersAlone();
            }
            return folder;
        } catch (Throwable e) {
            folder.close();
            throw e;
        }
    }

    private static int open(Syscalls sys, Path path, int flags) throws FileSystemException {
        int fd;
        do {
            fd = call(sys, path, address -> sys.open(address, Linux.O_PATH | O_DIRECTORY | Linux.O_CLOEXEC | flags, 0));
        } while (fd == -Errno.EINTR);
        if (fd < 0) {
            throw ErrnoExceptions.file("open", path, fd);
        }
        return fd;
    }

    /** The descriptor of a folder, which belongs to the caller. */
    static int descriptorOf(Syscalls sys, Path path) throws FileSystemException {
        return open(sys, path, 0);
    }

    private void requireThisUsersAlone() throws FileSystemException {
        FileStatus status = FileStatus.of(sys, fd, path);
        if (status.uid() != sys.geteuid()) {
            throw new FileSystemException(path.toString(), null, "the folder belongs to the user "
                    + Integer.toUnsignedString(status.uid()) + ", not to " + Integer.toUnsignedString(sys.geteuid()));
        }
        if (status.isWritableByOthers()) {
            throw new FileSystemException(path.toString(), null,
                    "others may write to the folder: mode " + Integer.toOctalString(status.permissions()));
        }
    }

    Syscalls sys() {
        return sys;
    }

    /** The path of a name in here. */
    Path resolve(Path name) {
        return path.resolve(name);
    }

    /** How the kernel finds a name in here without the folder's own path, as long as this is open. */
    Path shortPath(Path name) {
        return LongPath.inFolder(fd, name);
    }

    /** openat(2), close-on-exec, of the name itself and not of what a symbolic link leads to. Returns as the call. */
    int openEntry(Path name, int flags, int mode) {
        int result;
        do {
            result = call(sys, name, address -> sys.openat(fd, address, flags | O_NOFOLLOW | Linux.O_CLOEXEC, mode));
        } while (result == -Errno.EINTR);
        return result;
    }

    /** What a name refers to, itself and not what a symbolic link leads to; null if there is no such name. */
    FileStatus status(Path name) throws FileSystemException {
        int entry = openEntry(name, Linux.O_PATH, 0);
        if (entry == -Errno.ENOENT) {
            return null;
        }
        if (entry < 0) {
            throw ErrnoExceptions.file("openat", path.resolve(name), entry);
        }
        try {
            return FileStatus.of(sys, entry, path.resolve(name));
        } finally {
            sys.close(entry);
        }
    }

    /** unlinkat(2) of a name that refers to that file. Returns whether it did. */
    boolean remove(Path name, FileStatus file) throws FileSystemException {
        if (!file.isSameFile(status(name))) {
            return false;
        }
        int result = unlink(name);
        if (result < 0 && result != -Errno.ENOENT) {
            throw ErrnoExceptions.file("unlinkat", path.resolve(name), result);
        }
        return result == 0;
    }

    /** unlinkat(2). Returns as the call. */
    int unlink(Path name) {
        return call(sys, name, address -> sys.unlinkat(fd, address, 0));
    }

    /** A call with a name that ends with a NUL. */
    static int call(Syscalls sys, Path path, LongToIntFunction call) {
        byte[] name = PathBytes.of(path);
        if (name.length >= Linux.PATH_MAX) {
            return -Errno.ENAMETOOLONG;
        }
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch(name.length + 1);
            scratch.buffer().put(0, name).put(name.length, (byte) 0);
            return call.applyAsInt(scratch.address());
        } finally {
            memory.release();
        }
    }

    @Override
    public void close() {
        sys.close(fd);
    }
}
