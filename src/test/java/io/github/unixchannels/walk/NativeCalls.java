// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Function;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Functions of the C library that the library under test has no use for. None of them changes errno for it: they are the tests' own. */
final class NativeCalls {

    private static final int PAGE_BYTES = 4096;
    private static final int PROT_NONE = 0;
    private static final int SEEK_SET = 0;

    private static final Function MPROTECT = function("mprotect", 3);
    private static final Function PREAD = function("pread", 4);
    private static final Function LSEEK = function("lseek", 3);
    private static final Function KILL = function("kill", 2);

    private NativeCalls() {}

    private static Function function(String name, int arguments) {
        Type[] types = new Type[arguments];
        Arrays.fill(types, Type.SINT64);
        long address = Library.getDefault().getSymbolAddress(name);
        return new Function(address, CallContext.getCallContext(Type.SINT64, types, CallingConvention.DEFAULT, false));
    }

    private static long call(Function function, long... arguments) {
        HeapInvocationBuffer buffer = new HeapInvocationBuffer(function);
        for (long argument : arguments) {
            buffer.putLong(argument);
        }
        return Invoker.getInstance().invokeLong(function, buffer);
    }

    /** Memory with a page without access before its first byte and another behind its last. Never given back. */
    static ByteBuffer guarded(int pages) {
        int bytes = pages * PAGE_BYTES;
        long address = HostSyscalls.get().mapAnonymous(bytes + 2L * PAGE_BYTES);
        if (address < 0
                || call(MPROTECT, address, PAGE_BYTES, PROT_NONE) != 0
                || call(MPROTECT, address + PAGE_BYTES + bytes, PAGE_BYTES, PROT_NONE) != 0) {
            throw new AssertionError("mmap, mprotect: " + address);
        }
        return HostSyscalls.get().view(address + PAGE_BYTES, bytes);
    }

    /** pread(2): how many bytes, or -1. */
    static long pread(int fd, long address, long lengthBytes, long offset) {
        return call(PREAD, fd, address, lengthBytes, offset);
    }

    /** lseek(2) to the first byte. */
    static void rewind(int fd) {
        call(LSEEK, fd, 0, SEEK_SET);
    }

    /** kill(2). */
    static void kill(long pid, int signal) {
        if (call(KILL, pid, signal) != 0) {
            throw new AssertionError("kill(" + pid + ", " + signal + ")");
        }
    }
}
