// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sockets, pipes, files in memory, eventfds and epoll instances that this process has open. */
final class OpenFiles {

    private OpenFiles() {}

    /** What each number is, sorted. Jars and class files, which a JVM opens when it likes, are left out. */
    static List<String> list() {
        List<String> open = new ArrayList<>();
        for (String number : new File("/proc/self/fd").list()) {
            String target = targetOf(number);
            if (target.startsWith("socket:") || target.startsWith("pipe:") || target.startsWith("anon_inode:") || target.startsWith("/memfd:")) {
                open.add(target + " " + number);
            }
        }
        open.sort(null);
        return open;
    }

    private static String targetOf(String number) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", number)).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
