// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What RLIMIT_NOFILE does to descriptors on their way: seen in another process, {@link DescriptorLimit}, which has a low one. */
final class DescriptorLimitFacts {

    static final int LIMIT = 256;

    private static final int JDK_THAT_WARNS_OF_NATIVE_ACCESS = 24;
    private static final int PATIENCE_SECONDS = 60;

    private DescriptorLimitFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.known("kernel-91", "Descriptors for which RLIMIT_NOFILE leaves no room are closed, and msg_flags has MSG_CTRUNC.",
                        seen -> elsewhere(seen, "no-room")),
                Fact.known("kernel-92",
                        "More descriptors on their way than RLIMIT_NOFILE, of all processes of the user together, is ETOOMANYREFS, "
                                + "until some are received; not for a process with CAP_SYS_RESOURCE or CAP_SYS_ADMIN.",
                        seen -> elsewhere(seen, "on-their-way")));
    }

    private static void elsewhere(Seen seen, String subject) throws Exception {
        List<String> command = new ArrayList<>(OwnUser.launcher());
        command.addAll(List.of("sh", "-c", "ulimit -n " + LIMIT + " && exec \"$0\" \"$@\""));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= JDK_THAT_WARNS_OF_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", classPath(), DescriptorLimit.class.getName(), subject));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            seen.notTried("no " + command.get(0));
            return;
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(output.replaceAll("\\s+", " "));
        }
        if (output.strip().equals(DescriptorLimit.NOT_ALONE)) {
            seen.notTried("unshare(CLONE_FILES) is not permitted");
            return;
        }
        output.lines().map(line -> line.split("\t")).filter(parts -> parts.length == 3)
                .forEach(parts -> seen.check(parts[0], parts[1], parts[2]));
    }

    /** The class path that this class came from, also where a build tool has loaded it. */
    private static String classPath() throws URISyntaxException {
        if (DescriptorLimitFacts.class.getClassLoader() instanceof URLClassLoader loader) {
            List<String> paths = new ArrayList<>();
            for (URL url : loader.getURLs()) {
                paths.add(Path.of(url.toURI()).toString());
            }
            return String.join(File.pathSeparator, paths);
        }
        return System.getProperty("java.class.path");
    }
}
