// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The descriptors of the ends of pipes.
 *
 * <p>read(2) and write(2) of a pipe do not wait only if the open file is O_NONBLOCK, and that would be so for all who hold it, a shell's
 * other programs perhaps. So the end is opened once more, by its name in /proc: an open file of its own on the same pipe, whose flag
 * nobody else can take back. Where that is not permitted (the pipe is another user's) or not possible (a FIFO, where to open has a
 * meaning; no /proc), the flag is set on the one that is shared.
 */
public final class PipeEnds {

    private static final String NAMES = "/proc/self/fd/";

    private PipeEnds() {}

    /**
     * The descriptor of one end, O_NONBLOCK. If it throws, the number is the caller's still.
     *
     * @param access O_RDONLY or O_WRONLY, which the channel needs
     * @throws UnsupportedOperationException if it is no pipe, or not open for that
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public static Descriptor open(Syscalls sys, int fd, int access) throws IOException {
        int flags = sys.fcntl(fd, Linux.F_GETFL, 0);
        if (flags < 0) {
            throw ErrnoExceptions.io("fcntl", "fd=" + fd + ", F_GETFL", flags);
        }
        if (sys.fcntl(fd, Linux.F_GETPIPE_SZ, 0) < 0) {
            throw new UnsupportedOperationException("fd=" + fd + " is no pipe");
        }
        int opened = flags & Linux.O_ACCMODE;
        if (opened != access && opened != Linux.O_RDWR) {
            throw new UnsupportedOperationException(
                    "fd=" + fd + " is a pipe, but " + (access == Linux.O_RDONLY ? "cannot be read from" : "cannot be written to"));
        }
        if (!(isAnonymous(fd) && reopen(sys, fd, flags)) && (flags & Linux.O_NONBLOCK) == 0) {
            int result = sys.fcntl(fd, Linux.F_SETFL, flags | Linux.O_NONBLOCK);
            if (result < 0) {
                throw ErrnoExceptions.io("fcntl", "fd=" + fd + ", F_SETFL, O_NONBLOCK", result);
            }
        }
        Descriptor descriptor = new Descriptor(sys, fd);
        descriptor.share();
        return descriptor;
    }

    /**
     * Has the number refer to an open file of its own, O_NONBLOCK, on the same pipe or terminal. False if that is not permitted or not
     * possible.
     *
     * @throws IOException if the kernel has no descriptor or no memory left, which says nothing of the pipe or terminal
     */
    static boolean reopen(Syscalls sys, int fd, int flags) throws IOException {
        String name = NAMES + fd;
        int own;
        CallMemory memory = CallMemory.acquire(sys);
        try {
            byte[] path = name.getBytes(StandardCharsets.US_ASCII);
            memory.structs().buffer().put(memory.valueOffset(), path).put(memory.valueOffset() + path.length, (byte) 0);
            long address = memory.structs().address() + memory.valueOffset();
            own = sys.open(address, flags | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
        } finally {
            memory.release();
        }
        if (own == -Errno.EMFILE || own == -Errno.ENFILE || own == -Errno.ENOMEM) {
            throw ErrnoExceptions.io("open", name, own);
        }
        if (own < 0) {
            return false;
        }
        int result;
        try {
            do {
                result = sys.dup3(own, fd, Linux.O_CLOEXEC);
            } while (result == -Errno.EINTR);
        } finally {
            sys.close(own);
        }
        return result >= 0;
    }

    /** Whether it is a pipe without a name in the file system: pipe(7). */
    private static boolean isAnonymous(int fd) {
        try {
            return Files.readSymbolicLink(Path.of(NAMES + fd)).toString().startsWith("pipe:[");
        } catch (IOException e) {
            return false;
        }
    }
}
