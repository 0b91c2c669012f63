// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import io.github.unixchannels.address.PathBytes;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lock of a socket's file: flock(2) of a file next to the socket's. The lock belongs to the open file, and so excludes other servers of the
 * same process too. The file stays when the lock is released.
 */
final class LockFile {

    private static final byte[] SUFFIX = {'.', 'l', 'o', 'c', 'k'};
    private static final int OWNER_ONLY = 0600;

    private final Descriptor descriptor;

    private LockFile(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Takes the lock, without waiting.
     *
     * @param folder where the socket's file is
     * @param name that file's name
     * @throws java.net.BindException if another server has the lock
     */
    static LockFile acquire(Folder folder, Path name) throws IOException {
        Path lock = lockOf(name);
        Path path = folder.resolve(lock);
        Syscalls sys = folder.sys();
        // O_NONBLOCK and O_NOCTTY: what has the name may be a FIFO or a terminal of somebody's choice.
        int fd = folder.openEntry(lock, Linux.O_RDWR | Linux.O_CREAT | Linux.O_NONBLOCK | Linux.O_NOCTTY, OWNER_ONLY);
        if (fd < 0) {
            throw ErrnoExceptions.file("openat", path, fd);
        }
        Descriptor descriptor = own(sys, fd);
        try {
            FileStatus status = FileStatus.of(sys, fd, path);
            if (!status.isRegularFile()) {
                throw new FileSystemException(path.toString(), null, "the file of the lock is " + status.inWords());
            }
            int result = sys.flock(fd, Linux.LOCK_EX | Linux.LOCK_NB);
            if (result == -Errno.EAGAIN) {
                throw ErrnoExceptions.socket("flock", path, result, "another server has the lock");
            }
            if (result < 0) {
                throw ErrnoExceptions.file("flock", path, result);
            }
            return new LockFile(descriptor);
        } catch (Throwable e) {
            descriptor.close();
            throw e;
        }
    }

    private static Descriptor own(Syscalls sys, int fd) {
        try {
            return new Descriptor(sys, fd);
        } catch (Throwable e) {
            sys.close(fd);
            throw e;
        }
    }

    private static Path lockOf(Path name) {
        byte[] bytes = PathBytes.of(name);
        byte[] lock = Arrays.copyOf(bytes, bytes.length + SUFFIX.length);
        System.arraycopy(SUFFIX, 0, lock, bytes.length, SUFFIX.length);
        return PathBytes.path(lock);
    }

    /** Releases the lock, once. LOCK_UN before close: a process that is being forked just now has a descriptor of the open file too. */
    void release() {
        if (descriptor.enter(Descriptor.USING)) {
            try {
                descriptor.sys().flock(descriptor.fd(), Linux.LOCK_UN);
            } finally {
                descriptor.leave(Descriptor.USING);
                descriptor.close();
            }
        }
    }
}
