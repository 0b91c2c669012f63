// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.io.IOException;
import java.util.List;

/** A user with a single process. The kernel counts the descriptors on their way of all processes of a user together. */
public final class OwnUser {

    private static final int FIRST = 20_000;
    private static final int COUNT = 40_000;

    private OwnUser() {}

    /**
     * The first words of a command that runs as such a user, with no capability but to read what root has. None if this process is not
     * root's: then descriptors of the user's other processes count too.
     */
    public static List<String> launcher() throws IOException {
        if (!Proc.field("/proc/self/status", "Uid").startsWith("0\t")) {
            return List.of();
        }
        long user = FIRST + ProcessHandle.current().pid() % COUNT;
        return List.of("setpriv", "--reuid=" + user, "--inh-caps=+dac_override", "--ambient-caps=+dac_override");
    }
}
