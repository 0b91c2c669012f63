// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kenai.jffi.Type;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a seccomp(2) filter refuses what direct calls need, the calls go through the C library. */
class RefusedCallTest {

    private static final int NUMBER = 0; // offsets in struct seccomp_data
    private static final int FIRST_ARGUMENT = 16;
    private static final int THIRD_ARGUMENT = 32;
    private static final int MPROTECT = 10;
    private static final int READ_EXEC = 5;

    /** Installs a filter for its own thread, then says which calls it got, and that they work. */
    static final class Filtered {

        private static final int PR_SET_SECCOMP = 22;
        private static final int PR_SET_NO_NEW_PRIVS = 38;
        private static final int SECCOMP_MODE_FILTER = 2;

        public static void main(String[] arguments) {
            JffiSyscalls libc = new JffiSyscalls();
            Type ulong = Type.UINT64;
            LibcFunction prctl = new LibcFunction("prctl", Type.SINT32, Type.SINT32, ulong, ulong, ulong, ulong);
            NativeMemory program = program(libc, Integer.getInteger("number"), Integer.getInteger("offset"), Integer.getInteger("value"));
            if (prctl.call(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
                    || prctl.call(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program.address(), 0, 0) != 0) {
                System.out.println("no filter");
                return;
            }
            Syscalls calls = HostSyscalls.get();
            int fd = calls.eventfd(1, Linux.EFD_CLOEXEC);
            System.out.println(calls.getClass().getSimpleName() + " " + calls.read(fd, program.address(), 8) + " " + calls.close(fd));
        }

        /** {@code struct sock_fprog}, then the filter: the call of that number whose argument has that value is EPERM. */
        private static NativeMemory program(JffiSyscalls libc, int number, int offset, int value) {
            int[][] filter = {
                {0x20, 0, NUMBER}, //                      load the number
                {0x15, 3, number}, //                      not that one: skip 3
                {0x20, 0, offset}, //                      load the lower half of the argument
                {0x15, 1, value}, //                       not that one: skip 1
                {0x06, 0, 0x0005_0000 | Errno.EPERM}, //   SECCOMP_RET_ERRNO
                {0x06, 0, 0x7fff_0000}, //                 SECCOMP_RET_ALLOW
            };
            NativeMemory memory = NativeMemory.allocate(libc, 128);
            ByteBuffer bytes = memory.buffer();
            bytes.putShort(0, (short) filter.length).putLong(8, memory.address() + 16);
            for (int i = 0; i < filter.length; i++) {
                int at = 16 + i * 8;
                bytes.putShort(at, (short) filter[i][0]).put(at + 3, (byte) filter[i][1]).putInt(at + 4, filter[i][2]);
            }
            return memory;
        }
    }

    private static void assertCalls(String expected, int number, int offset, int value) throws Exception {
        assumeTrue(HostSyscallsTest.isDirectHere(), "the calls are never direct");
        ChildJvm child = ChildJvm.run(Map.of(), Filtered.class, "-Dnumber=" + number, "-Doffset=" + offset, "-Dvalue=" + value);
        assumeFalse(child.output().equals("no filter"), "filters may not be installed here");
        assertEquals(expected + " 8 0", child.output(), child.errors());
    }

    @Test
    void whereNoPageMayBecomeExecutableTheCallsGoThroughTheCLibrary() throws Exception {
        assertCalls("JffiSyscalls", MPROTECT, THIRD_ARGUMENT, READ_EXEC);
    }

    @Test
    void whereADirectCallIsRefusedTheCallsGoThroughTheCLibrary() throws Exception {
        assertCalls("JffiSyscalls", DirectSyscalls.SENDTO, FIRST_ARGUMENT, -1);
        assertCalls("JffiSyscalls", DirectSyscalls.CLOSE, FIRST_ARGUMENT, -1);
    }

    @Test
    void whereSomethingElseIsRefusedTheCallsAreDirect() throws Exception {
        assertCalls("DirectSyscalls", DirectSyscalls.SENDTO, FIRST_ARGUMENT, -2);
    }
}
