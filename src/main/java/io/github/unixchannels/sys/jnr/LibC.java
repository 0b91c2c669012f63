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
 * One function of the C library, bound by name, with its error number on failure.
 *
 * <p>Calls go through jffi's {@link Invoker}, the layer below JNR-FFI's interfaces: the cost of a call is the same, but no class is
 * generated at start-up, and nothing of this package need be open to another module.
 */
final class LibC {

    private static final Invoker INVOKER = Invoker.getInstance();
    private static final LastError LAST_ERROR = LastError.getInstance();

    private final long function;
    private final CallContext context;
    private final boolean returnsInt;

    /** Binds {@code result name(parameters)}. */
    LibC(String name, Type result, Type... parameters) {
        function = Library.getDefault().getSymbolAddress(name);
        if (function == 0) {
            throw new UnsupportedOperationException("the C library has no function " + name);
        }
        context = CallContext.getCallContext(result, parameters, CallingConvention.DEFAULT, savesErrno(name));
        returnsInt = result == Type.SINT32;
    }

    /** To save the error number takes a tenth of a system call, and nobody asks for that of close(2), which is called most. */
    private static boolean savesErrno(String name) {
        return !name.equals("close");
    }

    long call(long a) {
        return checked(INVOKER.invokeN1(context, function, a));
    }

    long call(long a, long b) {
        return checked(INVOKER.invokeN2(context, function, a, b));
    }

    long call(long a, long b, long c) {
        return checked(INVOKER.invokeN3(context, function, a, b, c));
    }

    long call(long a, long b, long c, long d) {
        return checked(INVOKER.invokeN4(context, function, a, b, c, d));
    }

    long call(long a, long b, long c, long d, long e) {
        return checked(INVOKER.invokeN5(context, function, a, b, c, d, e));
    }

    long call(long a, long b, long c, long d, long e, long f) {
        return checked(INVOKER.invokeN6(context, function, a, b, c, d, e, f));
    }

    /** For the functions that cannot fail and whose results are unsigned. */
    long callUnchecked() {
        return INVOKER.invokeN0(context, function);
    }

    /** For close(2), whose error number is not saved. Returns 0 or {@code -EIO}. */
    int callWithoutErrno(long a) {
        return (int) INVOKER.invokeN1(context, function, a) == 0 ? 0 : -Errno.EIO;
    }

    /** For the functions of section 3 that return an error number rather than set errno; also for mmap, whose result may be any address. */
    long callUnchecked(long a, long b, long c, long d, long e) {
        return INVOKER.invokeN5(context, function, a, b, c, d, e);
    }

    long callUnchecked(long a, long b, long c, long d, long e, long f) {
        return INVOKER.invokeN6(context, function, a, b, c, d, e, f);
    }

    static int lastError() {
        return LAST_ERROR.get();
    }

    private long checked(long raw) {
        long result = returnsInt ? (int) raw : raw; // an int comes back without its sign
        return result >= 0 ? result : -LAST_ERROR.get();
    }
}
