// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import io.github.unixchannels.sys.Errno;

/**
 * One function of the C library, bound by name, with its error number on failure. A function that the C library does not have fails with
 * ENOSYS, as a system call does that the kernel does not have.
 *
 * <p>Calls go through jffi's {@link Invoker}, the layer below JNR-FFI's interfaces: the cost of a call is the same, but no class is
 * generated at start-up, and nothing of this package need be open to another module.
 */
final class LibcFunction {

    private static final long MISSING = 0;

    private static final Invoker INVOKER = Invoker.getInstance();
    private static final LastError LAST_ERROR = LastError.getInstance();

    private final long function;
    private final CallContext context;
    private final boolean returnsInt;

    /** Binds {@code result name(parameters)}. */
    LibcFunction(String name, Type result, Type... parameters) {
        function = Library.getDefault().getSymbolAddress(name);
        context = CallContext.getCallContext(result, parameters, CallingConvention.DEFAULT, savesErrno(name));
        returnsInt = result == Type.SINT32;
    }

    /** To save the error number takes a tenth of a system call, and nobody asks for that of close(2), which is called most. */
    private static boolean savesErrno(String name) {
        return !name.equals("close");
    }

    long call(long a) {
        return function == MISSING ? -Errno.ENOSYS : checked(INVOKER.invokeN1(context, function, a));
    }

    long call(long a, long b) {
        return function == MISSING ? -Errno.ENOSYS : checked(INVOKER.invokeN2(context, function, a, b));
    }

    long call(long a, long b, long c) {
        return function == MISSING ? -Errno.ENOSYS : checked(INVOKER.invokeN3(context, function, a, b, c));
    }

    long call(long a, long b, long c, long d) {
        return function == MISSING ? -Errno.ENOSYS : checked(INVOKER.invokeN4(context, function, a, b, c, d));
    }

    long call(long a, long b, long c, long d, long e) {
        return function == MISSING ? -Errno.ENOSYS : checked(INVOKER.invokeN5(context, function, a, b, c, d, e));
    }

    long call(long a, long b, long c, long d, long e, long f) {
        return function == MISSING ? -Errno.ENOSYS : checked(INVOKER.invokeN6(context, function, a, b, c, d, e, f));
    }

    /** For the functions that cannot fail and whose results are unsigned. */
    long callUnchecked() {
        return function == MISSING ? -1 : INVOKER.invokeN0(context, function);
    }

    /** For close(2), whose error number is not saved. Returns 0 or an error number negated, EIO for any that the kernel had. */
    int callWithoutErrno(long a) {
        if (function == MISSING) {
            return -Errno.ENOSYS;
        }
        return (int) INVOKER.invokeN1(context, function, a) == 0 ? 0 : -Errno.EIO;
    }

    /** For the functions of section 3 that return an error number rather than set errno. */
    long callUnchecked(long a, long b, long c, long d, long e) {
        return function == MISSING ? Errno.ENOSYS : INVOKER.invokeN5(context, function, a, b, c, d, e);
    }

    /** For mmap, whose result may be any address but -1. */
    long callUnchecked(long a, long b, long c, long d, long e, long f) {
        return function == MISSING ? -1 : INVOKER.invokeN6(context, function, a, b, c, d, e, f);
    }

    static int lastError() {
        return LAST_ERROR.get();
    }

    private long checked(long raw) {
        long result = returnsInt ? (int) raw : raw; // an int comes back without its sign
        return result >= 0 ? result : -LAST_ERROR.get();
    }
}
