// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.Snippet;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/processes.md shows is compiled and run. */
class ProcessPageTest {

    @TempDir
    private Path folder;

    private List<String> blocks;

    @BeforeEach
    void read() throws Exception {
        blocks = MarkdownPage.read("docs/processes.md").javaBlocks();
        assertEquals(4, blocks.size());
    }

    @Test
    void aWorkerAnswers() throws Exception {
        assertEquals("a request\nexit status 0\n", Snippet.run(Snippet.compile(folder, "Worker", "", blocks.get(0))));
    }

    @Test
    void aWorkerHasNoPrivilegesInTenLines() throws Exception {
        OtherProgram.assume("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "true");
        assertTrue(blocks.get(1).lines().count() <= 10, "ten lines");

        assertEquals("request 1: done by user 65534\n", Snippet.run(Snippet.compile(folder, "Unprivileged", "", blocks.get(1))));
    }

    @Test
    void aChildInJavaFindsItsEnd() throws Exception {
        ChildProcessBuilder builder = new ChildProcessBuilder(ChildJvm.command(Snippet.compile(folder, "Child", "", blocks.get(2))));
        try (UnixSocketChannel channel = builder.redirectError(Redirect.INHERIT).pair(UnixProtocolFamily.SEQPACKET, "parent")) {
            ChildProcess child = builder.start();
            channel.write(UTF_8.encode("there and back"));
            ByteBuffer reply = ByteBuffer.allocate(100);
            channel.read(reply);
            channel.shutdownOutput();

            assertEquals("there and back", UTF_8.decode(reply.flip()).toString());
            assertEquals(0, child.waitFor());
        }
    }

    @Test
    void theEndIsSelected() throws Exception {
        // The child lives until its input ends: one that has been reaped has no pidfd any more.
        String waiting = "ChildProcess child = new ChildProcessBuilder(\"/bin/sh\", \"-c\", \"read line; exit 3\").start();\n"
                + blocks.get(3).replace("selector.select();", "child.getOutputStream().close();\nselector.select();")
                + "System.out.println(child.waitFor());\n";

        assertEquals("3\n", Snippet.run(Snippet.compile(folder, "Ended", "", waiting)));
    }
}
