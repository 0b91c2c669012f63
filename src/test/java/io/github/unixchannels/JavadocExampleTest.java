// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.Snippet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The examples in the javadoc of the API that say what they print are compiled and run. */
@ExtendWith(NothingLeaks.class)
class JavadocExampleTest {

    private static final Path SOURCES = Path.of("src/main/java/io/github/unixchannels");
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\n(.*?)\n *\\* }</pre>", Pattern.DOTALL);
    private static final Pattern PRINTED = Pattern.compile("// prints (.*)");

    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> examplesPrintWhatTheySay() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path source : sources()) {
            for (MatchResult found : EXAMPLE.matcher(Files.readString(source)).results().toList()) {
                String example = found.group(1).replaceAll("(?m)^ *\\* ?", "") + "\n";
                String printed = PRINTED.matcher(example).results().map(line -> line.group(1) + "\n").collect(Collectors.joining());
                String name = "Example" + tests.size();
                if (!printed.isEmpty()) {
                    tests.add(DynamicTest.dynamicTest(source.getFileName().toString(),
                            () -> assertEquals(printed, Snippet.run(Snippet.compile(folder, name, "", example)))));
                }
            }
        }
        assertTrue(tests.size() >= 6, "examples are found");
        return tests;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
