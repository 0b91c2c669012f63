// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MarkdownPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/troubleshooting.md has each message that the library gives an exception: of each, the longest part that stands in the source. */
class TroubleshootingPageTest {

    private static final Pattern EXCEPTION = Pattern.compile("new \\w*Exception\\(");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final int LEAST_LENGTH = 6;

    @Test
    void everyMessageOfAnExceptionIsOnThePage() throws IOException {
        String page = MarkdownPage.read("docs/troubleshooting.md").text().replaceAll("\\s+", " ");
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Path source : sources()) {
            String code = Files.readString(source);
            for (MatchResult exception : EXCEPTION.matcher(code).results().toList()) {
                String longest = longestLiteral(arguments(code, exception.end()));
                if (longest.length() >= LEAST_LENGTH) {
                    found++;
                    if (!page.contains(longest)) {
                        missing.add(source.getFileName() + ": " + longest);
                    }
                }
            }
        }
        assertTrue(found > 100, "messages are found");
        assertEquals(List.of(), missing, "add a row to docs/troubleshooting.md for each");
    }

    private static String longestLiteral(String arguments) {
        return LITERAL.matcher(arguments).results()
                .map(literal -> literal.group(1).replace("\\\"", "\"").strip())
                .max(Comparator.comparingInt(String::length))
                .orElse("");
    }

    /** The text from behind an opening parenthesis to the closing one, over parentheses in between and those in strings. */
    private static String arguments(String code, int begin) {
        int depth = 1;
        boolean quoted = false;
        for (int i = begin; i < code.length(); i++) {
            char c = code.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                depth++;
            } else if (!quoted && c == ')' && --depth == 0) {
                return code.substring(begin, i);
            }
        }
        throw new AssertionError("no closing parenthesis");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
