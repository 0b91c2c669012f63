// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.util.function.LongToIntFunction;

/** The system calls that take a name which ends with a NUL. */
final class PathArguments {

    private PathArguments() {}

    /** open(2). */
    static int open(Syscalls sys, byte[] path, int flags, int mode) {
        return call(sys, path, address -> sys.open(address, flags, mode));
    }

    /** memfd_create(2). */
    static int memfdCreate(Syscalls sys, byte[] name, int flags) {
        return call(sys, name, address -> sys.memfdCreate(address, flags));
    }

    /** The kernel reads no more than PATH_MAX of a name, and says so in the same way. */
    private static int call(Syscalls sys, byte[] name, LongToIntFunction call) {
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
}
