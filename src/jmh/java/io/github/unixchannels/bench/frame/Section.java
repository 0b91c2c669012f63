// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of one JDK, as text. */
public final class Section {

    private final StringBuilder text = new StringBuilder();

    /** Facts about the run. */
    public Section facts(Map<String, String> facts) {
        line("| | |");
        line("|---|---|");
        facts.forEach((name, value) -> line("| %s | %s |", name, value));
        return this;
    }

    /** What was promised; nothing if nothing was. */
    public Section bounds(List<Bound> bounds) {
        if (bounds.isEmpty()) {
            return this;
        }
        line("");
        line("| Promised | at most | measured | |");
        line("|---|--:|--:|---|");
        bounds.forEach(bound -> {
            String format = bound.limit() < 0.1 ? "%.3f" : "%.2f";
            line("| %s | %s | %s | %s |", bound.promise(), number(format, bound.limit()), number(format, bound.value()), bound.verdict());
        });
        return this;
    }

    /** A drawing, in a file of this path beside the page. */
    public Section chart(Chart chart, Path file) {
        line("");
        line("![%s](%s)", chart.title(), file);
        return this;
    }

    /** The figures, with the columns that its rows have. */
    public Section table(Table table) {
        List<Column> columns = table.rows().stream().flatMap(Row::columns).distinct().sorted(comparing(Column::title)).toList();
        boolean ofC = table.rows().stream().anyMatch(row -> !Double.isNaN(table.ratio(row.name(), row.twin())));
        boolean ofJdk = table.row(table.jdk()).isPresent();
        line("");
        line("### %s", table.title());
        line("");
        String heads = columns.stream().map(column -> " " + column.title() + " |").collect(joining());
        line("| | Median, %s | Range, %s |%s%s%s", table.unit(), table.unit(), ofC ? " Times C |" : "",
                ofJdk ? " Times the JDK |" : "", heads);
        line("|---|--:|--:|%s", "--:|".repeat(columns.size() + (ofC ? 1 : 0) + (ofJdk ? 1 : 0)));
        for (Row row : table.rows()) {
            String format = row.value() < 100 ? "%.2f" : "%.0f";
            StringBuilder cells = new StringBuilder();
            if (ofC) {
                cells.append(cell("%.2f", table.ratio(row.name(), row.twin())));
            }
            if (ofJdk) {
                cells.append(cell("%.2f", table.ratio(row.name(), table.jdk())));
            }
            columns.forEach(column -> cells.append(cell(column.format(), row.column(column))));
            line("| %s | %s | %s to %s |%s", row.name(), number(format, row.value()), number(format, row.least()),
                    number(format, row.most()), cells);
        }
        return this;
    }

    private static String cell(String format, double value) {
        return " " + number(format, value) + " |";
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
