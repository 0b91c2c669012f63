// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.Snippet;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What docs/descriptors.md shows of files and memory is compiled and run, between the two ends of a pair. */
@ExtendWith(NothingLeaks.class)
class DescriptorPageTest {

    @TempDir
    private Path folder;

    private MarkdownPage page;
    private String methods;
    private List<String> blocks;

    @BeforeEach
    void read() throws Exception {
        page = MarkdownPage.read("docs/descriptors.md");
        blocks = page.javaBlocks();
        assertEquals(10, blocks.size());
        methods = blocks.get(0);
    }

    @Test
    void aFileIsReadByWhoeverItWasPassedTo() throws Exception {
        Path file = Files.writeString(folder.resolve("name"), "one\ntwo\n");
        String passed = blocks.get(1);
        assertTrue(passed.contains("\"/etc/hostname\""));

        assertEquals("one\n", run("Reader", passed.replace("/etc/hostname", file.toString()), blocks.get(2)));
    }

    @Test
    void sealedMemoryIsMapped() throws Exception {
        assertEquals("as many as there are\n", run("Sealed", blocks.get(3), blocks.get(4)));
    }

    @Test
    void memoryThatCanStillBeWrittenIsNotMapped() throws Exception {
        String unsealed = blocks.get(3).replace("OwnedFd.Seal.WRITE, ", "");
        assertTrue(unsealed.length() < blocks.get(3).length());

        assertEquals("it can change", failure("Unsealed", unsealed, blocks.get(4)));
    }

    @Test
    void whereNoDescriptorComesItIsSaid() throws Exception {
        String nothing = "to.write(ByteBuffer.allocate(1));";

        assertEquals("not one descriptor came", failure("Nothing", nothing, "receiveOne(from);"));
        assertEquals("the other side has gone", failure("Gone", "to.close();", "receiveOne(from);"));
    }

    @Test
    void theFilesThePageLinksToExistAndItIsShort() {
        assertTrue(page.text().lines().count() <= 175);
        page.requireLinkedFiles();
    }

    private String run(String name, String... statements) throws Exception {
        return Snippet.run(compile(name, statements));
    }

    private String failure(String name, String... statements) throws Exception {
        try {
            return "no failure; it printed " + run(name, statements);
        } catch (InvocationTargetException e) {
            return e.getCause().getMessage();
        }
    }

    private Class<?> compile(String name, String... statements) throws Exception {
        return Snippet.compile(folder, name, methods, """
                try (UnixSocketChannel.Pair ends = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
                    UnixSocketChannel to = ends.first();
                    UnixSocketChannel from = ends.second();
                    %s
                }
                """.formatted(String.join("\n", statements)));
    }
}
