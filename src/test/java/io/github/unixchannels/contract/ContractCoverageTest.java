// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every rule of docs/contract.md has one test, in the class that stands above it, and every test of the suite is a rule. */
class ContractCoverageTest {

    private static final Path RULES = Path.of("docs/contract.md");
    private static final Path SUITE = Path.of("spi-tests/java");
    private static final Path OWN_TESTS = Path.of("src/test/java");

    private static final Pattern HEADING = Pattern.compile("`(\\w+Contract)`");
    private static final Pattern RULE = Pattern.compile("\\| ([SKCQDAP]\\d+) \\|.*");
    private static final Pattern ALONE = Pattern.compile("\\| ([SKCQDAP]\\d+) \\| (`\\w+Test`(?:, `\\w+Test`)*) \\|");
    private static final Pattern MENTIONED = Pattern.compile("\\b[SKCQDAP]\\d+\\b");
    private static final Pattern TEST = Pattern.compile("    void ([skcqdap])(\\d{2,})_\\w+\\(");

    @Test
    void everyRuleHasATestAndEveryTestIsARule() throws IOException {
        Map<String, String> expected = rules();
        expected.keySet().removeAll(alone().keySet());
        assertFalse(expected.isEmpty());
        assertEquals(expected, tests());
    }

    @Test
    void whatIsTestedOnThisLibraryAloneIsTestedThere() throws IOException {
        assertFalse(alone().isEmpty());
        for (List<String> classes : alone().values()) {
            for (String name : classes) {
                assertTrue(files(OWN_TESTS).stream().anyMatch(file -> file.endsWith(name + ".java")), name);
            }
        }
    }

    @Test
    void everyNumberThatIsMentionedIsARule() throws IOException {
        Map<String, String> rules = rules();
        Matcher mentioned = MENTIONED.matcher(Files.readString(RULES));
        while (mentioned.find()) {
            assertTrue(rules.containsKey(mentioned.group()), mentioned.group());
        }
    }

    /** The class above each rule's table. */
    private static Map<String, String> rules() throws IOException {
        Map<String, String> rules = new TreeMap<>();
        String section = null;
        for (String line : Files.readAllLines(RULES)) {
            Matcher heading = HEADING.matcher(line);
            Matcher rule = RULE.matcher(line);
            if (line.startsWith("## ")) {
                section = null;
            } else if (heading.matches()) {
                section = heading.group(1);
            } else if (section != null && rule.matches()) {
                assertEquals(null, rules.put(rule.group(1), section), rule.group(1) + " stands twice");
            }
        }
        return rules;
    }

    private static Map<String, List<String>> alone() throws IOException {
        Map<String, List<String>> alone = new TreeMap<>();
        for (String line : Files.readAllLines(RULES)) {
            Matcher matcher = ALONE.matcher(line);
            if (matcher.matches()) {
                alone.put(matcher.group(1), List.of(matcher.group(2).replace("`", "").split(", ")));
            }
        }
        return alone;
    }

    /** The class of each test of the suite, by its rule. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new TreeMap<>();
        for (Path file : files(SUITE)) {
            String name = file.getFileName().toString().replace(".java", "");
            for (String line : Files.readAllLines(file)) {
                Matcher test = TEST.matcher(line);
                if (test.lookingAt()) {
                    String rule = test.group(1).toUpperCase() + Integer.parseInt(test.group(2));
                    assertEquals(null, tests.put(rule, name), rule + " has two tests");
                }
            }
        }
        return tests;
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(".java")).toList());
        }
    }
}
