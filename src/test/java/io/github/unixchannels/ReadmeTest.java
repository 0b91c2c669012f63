// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.Snippet;
import java.net.SocketOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is compiled and run. */
@ExtendWith(NothingLeaks.class)
class ReadmeTest {

    @TempDir
    private Path folder;

    @Test
    void theFirstProgramCompilesAsPastedAndPrintsWhoSentHowMuch() throws Exception {
        List<String> programs = MarkdownPage.read("README.md").javaBlocks();
        assertEquals(1, programs.size());

        String printed = Snippet.run(Snippet.compileFile(folder, "Hello", programs.get(0)));

        long pid = ProcessHandle.current().pid();
        assertTrue(printed.matches("PeerCredentials\\[pid=" + pid + ", uid=\\d+, gid=\\d+] sent 5 bytes\n"), printed);
    }

    @Test
    void itNamesTheVersionThatIsBuilt() throws Exception {
        Matcher version = Pattern.compile("<revision>(.*)</revision>").matcher(Files.readString(Path.of("pom.xml")));
        assertTrue(version.find());

        List<String> named = Pattern.compile("(?:Version |<version>|unix-channels:)([0-9][-0-9.A-Z]*[0-9A-Z])")
                .matcher(MarkdownPage.read("README.md").text()).results().map(found -> found.group(1)).toList();

        assertEquals(Collections.nCopies(3, version.group(1)), named);
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
