// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.Snippet;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/processes.md shows is compiled and run. */
class ProcessPageTest {

    @TempDir
    private Path folder;

    @Test
    void whatThePageShowsRuns() throws Exception {
        List<String> blocks = MarkdownPage.read("docs/processes.md").javaBlocks();
        assertEquals(3, blocks.size());
        // The child lives until its input ends: one that has been reaped has no pidfd any more.
        String waiting = "ChildProcess child = new ChildProcessBuilder(\"/bin/sh\", \"-c\", \"read line; exit 3\").start();\n"
                + blocks.get(2).replace("selector.select();", "child.getOutputStream().close();\nselector.select();")
                + "System.out.println(child.waitFor());\n";

        assertEquals("a request\nexit status 0", Snippet.run(Snippet.compile(folder, "Worker", "", blocks.get(0))).strip());
        assertEquals("3", Snippet.run(Snippet.compile(folder, "Ended", "", waiting)).strip());
        Snippet.compile(folder, "Child", "", blocks.get(1));
    }
}
