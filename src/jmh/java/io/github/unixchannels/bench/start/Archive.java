// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Class data sharing: what a program loads is written to a file by one run, and mapped from there by the next ones. */
final class Archive {

    private Archive() {}

    /** The command that runs a program with the archive of what it loads, which is made now. */
    static List<String> command(Jvm program) throws Exception {
        Path file = Jars.FOLDER.resolve(program.program().getSimpleName() + "-jdk" + Runtime.version().feature() + ".jsa").toAbsolutePath();
        Files.deleteIfExists(file);
        // The JVM warns of what it does not archive, such as what was generated at run time.
        Process process = new ProcessBuilder(program.with("-XX:ArchiveClassesAtExit=" + file, "-Xlog:disable").command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0 || !Files.exists(file)) {
            throw new IllegalStateException("not made: " + file);
        }
        return program.with("-Xshare:on", "-XX:SharedArchiveFile=" + file).command(); // an archive that does not fit is an error
    }
}
