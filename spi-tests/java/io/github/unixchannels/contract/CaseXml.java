// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The cases of a class in the XML that tools read as JUnit's. */
final class CaseXml {

    private CaseXml() {}

    static void write(Path folder, Class<?> type, List<RuleCase> cases) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        lines.add(String.format(
                Locale.ROOT,
                "<testsuite name=\"%s\" time=\"%.3f\" tests=\"%d\" errors=\"0\" skipped=\"%d\" failures=\"%d\">",
                type.getName(),
                seconds(cases.stream().map(RuleCase::took).reduce(Duration.ZERO, Duration::plus)),
                cases.size(),
                cases.stream().filter(RuleCase::skipped).count(),
                cases.stream().filter(RuleCase::failed).count()));
        for (RuleCase each : cases) {
            String head = String.format(Locale.ROOT, "  <testcase name=\"%s\" classname=\"%s\" time=\"%.3f\"",
                    escaped(each.name()), type.getName(), seconds(each.took()));
            if (each.passed()) {
                lines.add(head + "/>");
            } else {
                lines.add(head + ">");
                lines.add(outcome(each));
                lines.add("  </testcase>");
            }
        }
        lines.add("</testsuite>");
        Files.write(Files.createDirectories(folder).resolve("TEST-" + type.getName() + ".xml"), lines);
    }

    private static String outcome(RuleCase each) {
        String message = escaped(each.message());
        return each.skipped()
                ? "    <skipped message=\"" + message + "\"/>"
                : "    <failure message=\"" + message + "\">" + escaped(each.stackTrace()) + "</failure>";
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    /** Also without the characters that XML cannot hold at all. */
    private static String escaped(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "?")
                .replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
