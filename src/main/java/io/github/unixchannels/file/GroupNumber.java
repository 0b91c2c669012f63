// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Printable;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/** The number of a group. */
final class GroupNumber {

    private static final long LARGEST = 0xffff_fffeL; // the largest means to chown(2) that nothing changes

    // struct group: char *gr_name, char *gr_passwd, gid_t gr_gid, char **gr_mem.
    private static final int GID = 16;
    private static final int RECORD_BYTES = 64;

    private static final int RESULT = RECORD_BYTES;
    private static final int STRINGS = RESULT + Long.BYTES;
    private static final int FIRST_STRINGS_BYTES = 16 << 10;
    private static final int MOST_STRINGS_BYTES = 4 << 20;

    private GroupNumber() {}

    /**
     * Looks a group up as chown(1) does: by its name, or else as a number.
     *
     * @throws IOException if there is no such group
     */
    static int of(Syscalls sys, String group) throws IOException {
        for (int stringsBytes = FIRST_STRINGS_BYTES;; stringsBytes *= 4) {
            byte[] name = group.getBytes(StandardCharsets.UTF_8);
            NativeMemory memory = NativeMemory.allocate(sys, STRINGS + stringsBytes + name.length + 1);
            long at = memory.address();
            memory.buffer().put(STRINGS + stringsBytes, name);
            int result = sys.getgrnamR(at + STRINGS + stringsBytes, at, at + STRINGS, stringsBytes, at + RESULT);
            long found = memory.buffer().getLong(RESULT);
            int gid = memory.buffer().getInt(GID);
            Reference.reachabilityFence(memory);
            if (found != 0) {
                return gid;
            }
            if (result != -Errno.ERANGE || stringsBytes >= MOST_STRINGS_BYTES) {
                return numberOf(group, result);
            }
        }
    }

    /** What the lookup ended with are error numbers of many kinds if there is no such group: getgrnam(3). */
    private static int numberOf(String group, int result) throws IOException {
        try {
            long number = Long.parseLong(group);
            if (number >= 0 && number <= LARGEST) {
                return (int) number;
            }
        } catch (NumberFormatException noNumber) {
            // a name then
        }
        if (result == 0) {
            throw new IOException("getgrnam_r(" + Printable.of(group) + "): there is no such group");
        }
        throw ErrnoExceptions.io("getgrnam_r", group, result, "there is no such group");
    }
}
