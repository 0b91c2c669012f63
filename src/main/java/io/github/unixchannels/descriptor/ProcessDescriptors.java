// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.StatxLayout;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What this process has open, as proc(5) tells it. One that is open for as long as the listing takes is in it; any other may be or not, and
 * may be another's by the time it is looked at.
 */
public final class ProcessDescriptors {

    /**
     * Held by a thread that duplicates a number without knowing whose it is by then, until the duplicate has passed its check or is closed; and
     * by a thread that looks for a descriptor of its own by the open file behind it. Without this lock the first thread's duplicate can be of
     * the second thread's file: the second takes the duplicate's number for its own, and goes on with that number when it is another file's.
     * A leaf: no other lock is taken under it.
     */
    public static final Object UNCERTAIN = new Object();

    private static final String FOLDER = "/proc/self/fdinfo";
    private static final int PATH_BYTES = 64;

    /** What is looked for in a longer text would be missed: it has ten thousand descriptors or locks. */
    private static final int INFO_BYTES = 1 << 20;

    private ProcessDescriptors() {}

    /** All numbers; none where there is no /proc. */
    public static int[] numbers() {
        String[] names = new File(FOLDER).list();
        int[] numbers = new int[names == null ? 0 : names.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Integer.parseInt(names[i]);
        }
        return numbers;
    }

    /** Whether the kernel shows what this process has open: not where there is no /proc, or where it is not to be read. */
    public static boolean areShown(Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch(PATH_BYTES);
            scratch.buffer().clear().put(FOLDER.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
            int fd = sys.open(scratch.address(), Linux.O_CLOEXEC, 0);
            if (fd >= 0) {
                sys.close(fd);
            }
            return fd >= 0;
        } finally {
            memory.release();
        }
    }

    /**
     * The lowest number that is free, which is the number that the kernel gives to what is opened next. System calls: eventfd(2), close(2).
     *
     * @throws IOException if the kernel has no descriptor left
     */
    public static int lowestFree(Syscalls sys) throws IOException {
        int number = sys.eventfd(0, Linux.EFD_CLOEXEC);
        if (number < 0) {
            throw ErrnoExceptions.io("eventfd", "0, EFD_CLOEXEC", number);
        }
        sys.close(number);
        return number;
    }

    /** The number of the inode behind a descriptor, statx(2); negative if it cannot be told. */
    public static long inode(int number, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch(StatxLayout.BYTES);
            int result = sys.statx(number, scratch.address());
            return result < 0 ? result : scratch.buffer().getLong(StatxLayout.INODE);
        } finally {
            memory.release();
        }
    }

    /**
     * The lines of {@code /proc/self/fdinfo/}; none if there is no such descriptor, or it is not to be seen. By system calls of this
     * library, for a thread that is interrupted must be able to read it too.
     *
     * @throws IOException if the kernel has no descriptor left
     */
    public static String[] info(int number, Syscalls sys) throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            return read(FOLDER + "/" + number, memory.scratch(INFO_BYTES), sys).split("\n");
        } finally {
            memory.release();
        }
    }

    private static String read(String path, NativeMemory memory, Syscalls sys) throws IOException {
        ByteBuffer bytes = memory.buffer().clear();
        bytes.put(path.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
        int fd = sys.open(memory.address(), Linux.O_CLOEXEC, 0);
        if (fd == -Errno.EMFILE || fd == -Errno.ENFILE || fd == -Errno.ENOMEM) {
            throw ErrnoExceptions.io("open", path, fd);
        }
        if (fd < 0) {
            return "";
        }
        try {
            int end = PATH_BYTES;
            long count;
            while ((count = sys.read(fd, memory.address() + end, memory.capacity() - end)) > 0) {
                end += (int) count;
            }
            byte[] text = new byte[end - PATH_BYTES];
            bytes.get(PATH_BYTES, text);
            return new String(text, StandardCharsets.ISO_8859_1);
        } finally {
            sys.close(fd);
        }
    }
}
