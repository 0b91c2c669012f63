// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
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

    /** What some shells add to an environment, with all its exports. */
    private static final List<String> OF_SHELLS = List.of("PWD", "OLDPWD", "SHLVL");

    private ListenVariables() {}

    static void set(Map<String, String> variables, Collection<String> names) {
        variables.put("LISTEN_FDS", Integer.toString(names.size()));
        variables.put("LISTEN_FDNAMES", String.join(":", names));
        variables.remove("LISTEN_PID");
        variables.remove("LISTEN_PIDFDID");
    }

    /**
     * The command of the shell. The program is looked for here, along the PATH of this process, for the shell knows another one, and would
     * say too late that there is none.
     *
     * @param environment the child's
     * @param directory the child's; null for that of this process
     * @throws IOException if there is no such program
     */
    static List<String> command(List<String> command, Map<String, String> environment, Path directory) throws IOException {
        StringBuilder script = new StringBuilder();
        for (String name : OF_SHELLS) {
            if (!environment.containsKey(name)) {
                script.append("unset ").append(name).append("; ");
            }
        }
        List<String> shell = new ArrayList<>(List.of("/bin/sh", "-c", script + SCRIPT, executable(command.get(0), directory)));
        shell.addAll(command.subList(1, command.size()));
        return shell;
    }

    private static String executable(String program, Path directory) throws IOException {
        int errno = Errno.ENOENT;
        for (String name : candidates(program)) {
            Path file = directory == null ? Path.of(name) : directory.resolve(name);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return name;
            }
            errno = Files.exists(file) ? Errno.EACCES : errno;
        }
        throw ErrnoExceptions.io("posix_spawn", program, -errno);
    }

    /** The names to try. Each has a slash, so that the shell does not search. */
    private static List<String> candidates(String program) {
        if (program.indexOf('/') >= 0) {
            return List.of(program);
        }
        List<String> names = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "/bin:/usr/bin").split(File.pathSeparator, -1)) {
            names.add((folder.isEmpty() ? "." : folder) + "/" + program);
        }
        return names;
    }
}
