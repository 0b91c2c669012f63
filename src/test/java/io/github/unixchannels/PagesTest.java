// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.Snippet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages of {@code docs}: what they link to exists, and each program that is followed by a block of text, as what it prints, is compiled
 * and run. Pages whose programs need a counterpart have tests of their own.
 */
class PagesTest {

    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```\n\n```text\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PUBLIC_CLASS = Pattern.compile("public class (\\w+)");

    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> programsPrintWhatThePageSays() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (MarkdownPage page : pages()) {
            Matcher program = PROGRAM.matcher(page.text());
            while (program.find()) {
                String code = program.group(1);
                String printed = program.group(2);
                String name = "Program" + tests.size();
                tests.add(DynamicTest.dynamicTest(page.file().getFileName() + ": " + printed.lines().findFirst().orElse(""),
                        () -> assertEquals(printed, run(name, code))));
            }
        }
        assertTrue(tests.size() > 5, "programs are found");
        return tests;
    }

    private String run(String name, String code) throws Exception {
        assumeTrue(Runtime.version().feature() >= 21 || !code.contains("VirtualThread"), "no virtual threads before Java 21");
        Matcher complete = PUBLIC_CLASS.matcher(code);
        return Snippet.run(complete.find()
                ? Snippet.compileFile(folder, complete.group(1), code)
                : Snippet.compile(folder, name, "", code));
    }

    @Test
    void whatThePagesLinkToExists() throws IOException {
        for (MarkdownPage page : pages()) {
            page.requireLinks();
        }
    }

    @Test
    void everyPageIsListedWhereAReaderStarts() throws IOException {
        String start = MarkdownPage.read("docs/README.md").text();
        for (MarkdownPage page : pages()) {
            String name = page.file().getFileName().toString();
            assertTrue(name.equals("README.md") || start.contains("(" + name + ")"), name);
        }
    }

    private static List<MarkdownPage> pages() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            List<MarkdownPage> pages = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".md")).sorted().toList()) {
                pages.add(MarkdownPage.read(file.toString()));
            }
            return pages;
        }
    }
}
