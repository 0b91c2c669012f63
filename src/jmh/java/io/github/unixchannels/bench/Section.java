// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of one JDK, as text. */
final class Section {

    private final StringBuilder text = new StringBuilder();

    /** Facts about the run. */
    Section facts(Map<String, String> facts) {
        line("| | |");
        line("|---|---|");
        facts.forEach((name, value) -> line("| %s | %s |", name, value));
        return this;
    }

    Section bounds(List<Bound> bounds) {
        line("");
        line("| Promised | at most | measured | |");
        line("|---|--:|--:|---|");
        bounds.forEach(bound ->
                line("| %s | %.2f | %s | %s |", bound.promise(), bound.limit(), number("%.2f", bound.value()), bound.verdict()));
        return this;
    }

    Section table(Table table) {
        line("");
        line("### %s", table.title());
        line("");
        line("| | Median, ns | Range, ns | Times C | Times the JDK | Bytes |");
        line("|---|--:|--:|--:|--:|--:|");
        table.rows().forEach(row -> line("| %s | %.0f | %.0f to %.0f | %s | %s | %s |", row.name(), row.nanos(), row.leastNanos(),
                row.mostNanos(), number("%.2f", table.ratio(row.name(), row.twin())),
                number("%.2f", table.ratio(row.name(), Names.JDK_STREAM)), number("%.1f", row.allocatedBytes())));
        return this;
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
