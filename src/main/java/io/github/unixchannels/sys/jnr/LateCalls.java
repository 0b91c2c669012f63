// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.layout.StatxLayout;

/**
 * The system calls that came to the C library, or to the kernel, later than the others: memfd_create(2) with glibc 2.27, statx(2) with
 * glibc 2.28, musl 1.2.5 and Linux 4.11.
 *
 * <p>What the C library has no function for is called by its number. Where the kernel has no statx, or a filter of a container that does
 * not know statx refuses it with EPERM, fstat(2) says the same.
 */
final class LateCalls {

    private static final Type INT = Type.SINT32;
    private static final Type LONG = Type.SINT64;
    private static final Type PTR = Type.POINTER;

    private static final MemoryIO MEMORY = MemoryIO.getInstance();
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    private static final LibcFunction MEMFD_CREATE = new LibcFunction("memfd_create", INT, PTR, INT);
    private static final LibcFunction STATX = new LibcFunction("statx", INT, INT, PTR, INT, INT, PTR);

    // Their numbers: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
    private static final int MEMFD_CREATE_NUMBER = ARM ? 279 : 319;
    private static final int STATX_NUMBER = ARM ? 291 : 332;
    private static final int FSTAT_NUMBER = ARM ? 80 : 5;

    private static final LibcFunction SYSCALL_3 = new LibcFunction("syscall", LONG, LONG, LONG, LONG);
    private static final LibcFunction SYSCALL_6 = new LibcFunction("syscall", LONG, LONG, LONG, LONG, LONG, LONG, LONG);

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;

    // struct stat of the kernel: arch/x86/include/uapi/asm/stat.h, include/uapi/asm-generic/stat.h.
    private static final int STAT_DEVICE = 0;
    private static final int STAT_INODE = 8;
    private static final int STAT_MODE = ARM ? 16 : 24;
    private static final int STAT_UID = ARM ? 24 : 28;
    private static final int STAT_GID = ARM ? 28 : 32;
    private static final int STAT_SIZE = 48;

    /** An empty name, which is never freed. */
    private static final long NO_PATH = MEMORY.allocateMemory(1, true);

    private LateCalls() {}

    static int memfdCreate(long name, int flags) {
        int result = (int) MEMFD_CREATE.call(name, flags);
        return result == -Errno.ENOSYS ? (int) SYSCALL_3.call(MEMFD_CREATE_NUMBER, name, flags) : result;
    }

    static int statx(int fd, long result) {
        int done = (int) STATX.call(fd, NO_PATH, AT_EMPTY_PATH, STATX_BASIC_STATS, result);
        if (done == -Errno.ENOSYS) {
            done = (int) SYSCALL_6.call(STATX_NUMBER, fd, NO_PATH, AT_EMPTY_PATH, STATX_BASIC_STATS, result);
        }
        return done == -Errno.ENOSYS || done == -Errno.EPERM ? fstat(fd, result) : done;
    }

    /** fstat(2), by its number, for glibc before 2.33 has no function of that name; then turned into what statx would have written. */
    private static int fstat(int fd, long result) {
        int done = (int) SYSCALL_3.call(FSTAT_NUMBER, fd, result);
        if (done < 0) {
            return done;
        }
        long device = MEMORY.getLong(result + STAT_DEVICE);
        long inode = MEMORY.getLong(result + STAT_INODE);
        int mode = MEMORY.getInt(result + STAT_MODE);
        int uid = MEMORY.getInt(result + STAT_UID);
        int gid = MEMORY.getInt(result + STAT_GID);
        long size = MEMORY.getLong(result + STAT_SIZE);
        MEMORY.putShort(result + StatxLayout.MODE, (short) mode);
        MEMORY.putInt(result + StatxLayout.UID, uid);
        MEMORY.putInt(result + StatxLayout.GID, gid);
        MEMORY.putLong(result + StatxLayout.INODE, inode);
        MEMORY.putLong(result + StatxLayout.SIZE, size);
        // new_encode_dev of the kernel: 12 bits of the major number stand between 8 and 12 of the minor.
        MEMORY.putInt(result + StatxLayout.DEVICE_MAJOR, (int) (device >>> 8 & 0xfff));
        MEMORY.putInt(result + StatxLayout.DEVICE_MINOR, (int) (device & 0xff | device >>> 12 & 0xfff00));
        return 0;
    }
}
