// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import io.github.unixchannels.sys.Errno;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The variables by which a child finds descriptors under their names, sd_listen_fds(3). LISTEN_PID is the child's own number, which is not
 * known before the child runs; so a shell sets the variable and becomes the program, under the same number.
 */
final class ListenVariables {

    private static final String SCRIPT = "LISTEN_PID=$$; export LISTEN_PID; exec \"$0\" \"$@\"";

    private ListenVariables() {}

    static void set(Map<String, String> variables, Collection<String> names) {
        variables.put("LISTEN_FDS", Integer.toString(names.size()));
        variables.put("LISTEN_FDNAMES", String.join(":", names));
        variables.remove("LISTEN_PID");
        variables.remove("LISTEN_PIDFDID");
    }

    /**
     * The command of the shell.
     *
     * @throws IOException if there is no such program: the shell would say so too late
     */
    static List<String> command(List<String> command) throws IOException {
        List<String> shell = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT));
        requireExecutable(command.get(0));
        shell.addAll(command);
        return shell;
    }

    private static void requireExecutable(String program) throws IOException {
        int errno = Errno.ENOENT;
        for (Path file : candidates(program)) {
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return;
            }
            errno = Files.exists(file) ? Errno.EACCES : errno;
        }
        throw new IOException("posix_spawn(" + program + "): " + Errno.describe(errno));
    }

    private static List<Path> candidates(String program) {
        if (program.indexOf('/') >= 0) {
            return List.of(Path.of(program));
        }
        List<Path> files = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "/bin:/usr/bin").split(File.pathSeparator)) {
            files.add(Path.of(folder, program));
        }
        return files;
    }
}
