// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Class data sharing: what a program loads is written to a file by one run, and mapped from there by the next ones. */
final class Archive {

    private static final int JDK = Runtime.version().feature();
    private static final int FIRST_WITH_CACHE = 25;

    private Archive() {}

    /** The command that runs a program with the archive of what it loads, which is made now. With one that does not fit it fails. */
    static List<String> command(String name, Jvm program) throws Exception {
        Path file = Jars.FOLDER.resolve(name.replaceAll("\\W+", "-") + "-jdk" + JDK).toAbsolutePath();
        Files.deleteIfExists(file);
        boolean cache = JDK >= FIRST_WITH_CACHE;
        make(program.with((cache ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + file), file);
        return cache
                ? program.with("-XX:AOTMode=on", "-XX:AOTCache=" + file).command()
                : program.with("-Xshare:on", "-XX:SharedArchiveFile=" + file).command();
    }

    private static void make(Jvm program, Path file) throws Exception {
        // The JVM tells of what it leaves out, such as what was generated at run time.
        Process process = new ProcessBuilder(program.command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0 || !Files.exists(file)) {
            throw new IllegalStateException("not made: " + file);
        }
    }
}
