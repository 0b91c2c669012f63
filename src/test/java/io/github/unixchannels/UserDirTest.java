// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relative path names what it names to java.nio.file and to the JDK's channels, also where user.dir is not the working directory. */
class UserDirTest {

    @TempDir
    private Path folder;

    private List<String> run(String... jvmArguments) throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), RelativePaths.class, jvmArguments);
        assertEquals(0, child.exitCode(), child.errors());
        return child.output().lines().toList();
    }

    @Test
    void whatIsBoundConnectedAndOpenedIsWhereTheJdkPutsIt() throws Exception {
        List<String> lines = run("-Duser.dir=" + folder);

        assertTrue(lines.get(0).startsWith("JDK ") && lines.get(1).startsWith("ours "), lines.toString());
        assertEquals(lines.get(0).substring(4).replace("jdk-", ""), lines.get(1).substring(5).replace("ours-", ""));
        assertTrue(lines.get(0).contains("local=" + folder), lines.toString());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of("file"), files.map(file -> file.getFileName().toString()).toList(), "all others were deleted by Files");
        }
    }

    @Test
    void otherwiseTheKernelIsGivenTheRelativePathItself() throws Exception {
        List<String> lines = run();

        assertEquals(lines.get(0).substring(4).replace("jdk-", ""), lines.get(1).substring(5).replace("ours-", ""));
        assertTrue(lines.get(0).contains("local=jdk-"), lines.toString());
        Files.delete(Path.of("file"));
    }
}
