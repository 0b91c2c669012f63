// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.sys.Printable;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What LISTEN_PID, LISTEN_PIDFDID, LISTEN_FDS and LISTEN_FDNAMES say to one process, sd_listen_fds(3).
 *
 * @param names a name for each descriptor, in the order of the numbers
 * @param absence why there is none; null if there are some
 */
record ListenEnvironment(List<String> names, String absence) {

    /** What sd_listen_fds_with_names(3) calls a descriptor where LISTEN_FDNAMES is not set. */
    private static final String NO_NAME = "unknown";

    static ListenEnvironment none(String why) {
        return new ListenEnvironment(List.of(), why);
    }

    /**
     * Reads the variables.
     *
     * @throws IOException if one of the variables is malformed, or LISTEN_FDNAMES has another number of names than LISTEN_FDS says
     */
    static ListenEnvironment of(Map<String, String> variables, ThisProcess self) throws IOException {
        String pid = variables.get("LISTEN_PID");
        String count = variables.get("LISTEN_FDS");
        if (pid == null || count == null) {
            return none((pid == null ? "LISTEN_PID" : "LISTEN_FDS") + " is not set");
        }
        if (positive("LISTEN_PID", pid) != self.pid()) {
            return none("LISTEN_PID=" + pid + " is another process; this is " + self.pid());
        }
        String inode = variables.get("LISTEN_PIDFDID");
        if (inode != null && !isOwn(inode, self)) {
            return none("LISTEN_PIDFDID=" + inode + " is another process, which had the number " + pid + " too");
        }
        return new ListenEnvironment(names(variables.get("LISTEN_FDNAMES"), count(count)), null);
    }

    /** The last descriptor has a number, which sd_listen_fds(3) wants to be one of int too. */
    private static int count(String count) throws IOException {
        int number = positive("LISTEN_FDS", count);
        if (number > Integer.MAX_VALUE - ListenFds.FIRST_NUMBER) {
            throw new IOException("LISTEN_FDS=" + count + " is more than a process can have");
        }
        return number;
    }

    private static boolean isOwn(String inode, ThisProcess self) throws IOException {
        long own = self.pidfdInode();
        try {
            return Long.parseUnsignedLong(inode) == own || own == ThisProcess.UNKNOWN_INODE;
        } catch (NumberFormatException e) {
            throw malformed("LISTEN_PIDFDID", inode);
        }
    }

    private static List<String> names(String names, int count) throws IOException {
        if (names == null) {
            return Collections.nCopies(count, NO_NAME);
        }
        List<String> split = List.of(names.split(":", -1));
        if (split.size() != count) {
            throw new IOException("LISTEN_FDNAMES=" + Printable.of(names) + " has " + split.size() + " names for LISTEN_FDS=" + count);
        }
        return split;
    }

    private static int positive(String name, String value) throws IOException {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // as a number that is out of range
        }
        throw malformed(name, value);
    }

    private static IOException malformed(String name, String value) {
        return new IOException(name + "=" + Printable.of(value) + " is not a positive number");
    }
}
