// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;

/** The system calls on names and owners of files, through the C library: bound when a program gives a socket a file of its own. */
final class FileCalls {

    private static final Type INT = Type.SINT32;
    private static final Type LONG = Type.SINT64;
    private static final Type PTR = Type.POINTER;

    private static final LibcFunction OPENAT = new LibcFunction("openat", INT, INT, PTR, INT, INT);
    private static final LibcFunction MKDIR = new LibcFunction("mkdir", INT, PTR, INT);
    private static final LibcFunction UNLINKAT = new LibcFunction("unlinkat", INT, INT, PTR, INT);
    private static final LibcFunction FCHMOD = new LibcFunction("fchmod", INT, INT, INT);
    private static final LibcFunction CHMOD = new LibcFunction("chmod", INT, PTR, INT);
    private static final LibcFunction FCHOWNAT = new LibcFunction("fchownat", INT, INT, PTR, INT, INT, INT);
    private static final LibcFunction FLOCK = new LibcFunction("flock", INT, INT, INT);
    private static final LibcFunction GETGRNAM_R = new LibcFunction("getgrnam_r", INT, PTR, PTR, PTR, LONG, PTR);
    private static final LibcFunction SYSCALL_5 = new LibcFunction("syscall", LONG, LONG, LONG, LONG, LONG, LONG);

    /** fchmodat2(2) has this number on every architecture; glibc has no function of that name. */
    private static final int SYS_FCHMODAT2 = 452;

    private static final int AT_EMPTY_PATH = 0x1000;

    /** An empty name, which is never freed. */
    private static final long NO_NAME = MemoryIO.getInstance().allocateMemory(1, true);

    private FileCalls() {}

    static int openat(int folder, long name, int flags, int mode) {
        return (int) OPENAT.call(folder, name, flags, mode);
    }

    static int mkdir(long path, int mode) {
        return (int) MKDIR.call(path, mode);
    }

    static int unlinkat(int folder, long name, int flags) {
        return (int) UNLINKAT.call(folder, name, flags);
    }

    static int fchmod(int fd, int mode) {
        return (int) FCHMOD.call(fd, mode);
    }

    static int chmod(long path, int mode) {
        return (int) CHMOD.call(path, mode);
    }

    static int fchmodat2(int fd, int mode) {
        return (int) SYSCALL_5.call(SYS_FCHMODAT2, fd, NO_NAME, mode, AT_EMPTY_PATH);
    }

    static int fchownat(int fd, int uid, int gid) {
        return (int) FCHOWNAT.call(fd, NO_NAME, uid, gid, AT_EMPTY_PATH);
    }

    static int flock(int fd, int operation) {
        return (int) FLOCK.call(fd, operation);
    }

    static int getgrnamR(long name, long group, long strings, long stringsBytes, long result) {
        return (int) -GETGRNAM_R.callUnchecked(name, group, strings, stringsBytes, result);
    }
}
