// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import com.kenai.jffi.NativeMethod;
import com.kenai.jffi.NativeMethods;
import io.github.unixchannels.sys.Errno;
import java.util.List;

/**
 * System calls without the C library: two native methods whose code this library writes.
 *
 * <p>They return what {@link io.github.unixchannels.sys.Syscalls} returns, which is what the kernel returns: a count, or the error number
 * negated. Nothing saves errno, for nothing sets it. An int is passed as a long; the kernel looks at the lower half.
 *
 * <p>The code stands in a page that is written first and made executable then, and is never both. The page is not given back: the
 * methods may be called as long as the class is there.
 */
final class SyscallStubs {

    private static final int PAGE_BYTES = 4096;

    private SyscallStubs() {}

    /** A call of up to three arguments. Not to be called unless {@link #bind} returned true. */
    static native long call(long number, long a, long b, long c);

    /** A call of up to six arguments. Not to be called unless {@link #bind} returned true. */
    static native long call(long number, long a, long b, long c, long d, long e, long f);

    /**
     * Makes the code and binds the methods to it. On x86-64 only.
     *
     * @param libc which maps the page
     * @return whether the methods may be called: not where there is no page to be had, or none that may be executed, or where calls from
     *     such a page are not let through
     */
    static boolean bind(JffiSyscalls libc) {
        long page = libc.mapAnonymous(PAGE_BYTES);
        if (page < 0) {
            return false;
        }
        StubCode.write(libc.view(page, PAGE_BYTES));
        if (libc.makeExecutable(page, PAGE_BYTES) != 0 || !register(page)) {
            libc.munmap(page, PAGE_BYTES);
            return false;
        }
        return isLetThrough();
    }

    private static boolean register(long page) {
        try {
            NativeMethods.register(SyscallStubs.class, List.of(
                    new NativeMethod(page + StubCode.THREE, "call", "(JJJJ)J"),
                    new NativeMethod(page + StubCode.SIX, "call", "(JJJJJJJ)J")));
            return true;
        } catch (RuntimeException | LinkageError e) { // a JVM that binds no methods while it runs
            return false;
        }
    }

    /** A seccomp(2) filter may refuse calls that do not come from the C library. */
    private static boolean isLetThrough() {
        return call(DirectSyscalls.CLOSE, -1, 0, 0) == -Errno.EBADF && call(DirectSyscalls.SENDTO, -1, 0, 0, 0, 0, 0) == -Errno.EBADF;
    }
}
