// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.Snippet;
import java.net.SocketOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is compiled and run. */
class ReadmeTest {

    @TempDir
    private Path folder;

    @Test
    void theExampleCompilesAndPrintsWhoSentHowMuch() throws Exception {
        List<String> snippets = MarkdownPage.read("README.md").javaBlocks();
        assertEquals(1, snippets.size());
        assertTrue(snippets.get(0).lines().filter(line -> !line.isBlank()).count() <= 12, "an example of 12 lines");

        String printed = Snippet.run(Snippet.compile(folder, "ReadmeExample", "", snippets.get(0)));

        long pid = ProcessHandle.current().pid();
        assertTrue(printed.matches("PeerCredentials\\[pid=" + pid + ", uid=\\d+, gid=\\d+] sent 24 bytes\n"), printed);
    }

    @Test
    void itNamesEveryOption() throws Exception {
        String text = MarkdownPage.read("README.md").text();
        try (UnixSocketChannel.Pair ends = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            for (SocketOption<?> option : ends.first().supportedOptions()) {
                assertTrue(text.contains(option.name()), option::name);
            }
        }
    }

    @Test
    void theFilesItLinksToExist() throws Exception {
        MarkdownPage.read("README.md").requireLinkedFiles();
    }
}
