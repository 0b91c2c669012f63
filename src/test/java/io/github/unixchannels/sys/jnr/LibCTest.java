// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.kenai.jffi.Type;
import io.github.unixchannels.sys.Errno;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A function that the C library does not have: each of its callers is told, and nobody else. */
class LibCTest {

    @BeforeAll
    static void load() {
        HostSyscalls.get();
    }

    @Test
    void aFunctionThatIsMissingFailsAsASystemCallThatIsMissing() {
        LibcFunction missing = new LibcFunction("no_such_function", Type.SINT32, Type.SINT32);
        assertEquals(-Errno.ENOSYS, missing.call(1));
        assertEquals(-Errno.ENOSYS, missing.call(1, 2));
        assertEquals(-Errno.ENOSYS, missing.call(1, 2, 3));
        assertEquals(-Errno.ENOSYS, missing.call(1, 2, 3, 4));
        assertEquals(-Errno.ENOSYS, missing.call(1, 2, 3, 4, 5));
        assertEquals(-Errno.ENOSYS, missing.call(1, 2, 3, 4, 5, 6));
        assertEquals(-Errno.ENOSYS, missing.callWithoutErrno(1));
    }

    @Test
    void aFunctionThatIsMissingFailsInItsOwnWayWhereItHasOne() {
        LibcFunction missing = new LibcFunction("no_such_function", Type.SINT32, Type.SINT32);
        assertEquals(Errno.ENOSYS, missing.callUnchecked(1, 2, 3, 4, 5), "returns an error number");
        assertEquals(-1, missing.callUnchecked(1, 2, 3, 4, 5, 6), "MAP_FAILED");
        assertEquals(-1, missing.callUnchecked(), "no id");
    }
}
