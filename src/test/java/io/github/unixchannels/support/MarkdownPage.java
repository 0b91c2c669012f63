// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of this project: what Java it shows, and which files it links to. */
public record MarkdownPage(Path file, String text) {

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^):#]+)(#[^)]*)?\\)");
    private static final Pattern LINK_TO_HEADING = Pattern.compile("]\\(([^):#]*)#([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

    /** Reads a page; the path is that from the project's folder. */
    public static MarkdownPage read(String path) throws IOException {
        Path file = Path.of(path);
        return new MarkdownPage(file, Files.readString(file));
    }

    /** The fenced blocks of Java, in order. */
    public List<String> javaBlocks() {
        return JAVA_BLOCK.matcher(text).results().map(block -> block.group(1)).toList();
    }

    /** Fails unless all that it links to, files of this project and headings of them, exists. */
    public void requireLinks() throws IOException {
        LINK.matcher(text).results().map(link -> file.resolveSibling(link.group(1)))
                .forEach(linked -> assertTrue(Files.exists(linked), () -> file + " links to " + linked));
        for (MatchResult link : LINK_TO_HEADING.matcher(text).results().toList()) {
            Path target = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1));
            boolean found = HEADING.matcher(Files.readString(target)).results()
                    .anyMatch(heading -> anchor(heading.group(1)).equals(link.group(2)));
            assertTrue(found, () -> file + " links to " + target + ", which has no heading #" + link.group(2));
        }
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{Alnum} _-]", "").replace(' ', '-');
    }

    /** Fails unless it links to files of this project, and all of them exist. */
    public void requireLinkedFiles() {
        List<Path> files = LINK.matcher(text).results().map(link -> file.resolveSibling(link.group(1))).toList();
        assertFalse(files.isEmpty());
        for (Path linked : files) {
            assertTrue(Files.exists(linked), linked::toString);
        }
    }
}
