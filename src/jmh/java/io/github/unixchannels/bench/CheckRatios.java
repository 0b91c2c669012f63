// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether the library is as fast as it was: the ratios of some rows to the JDK's, against those that are kept in {@code src/jmh/ratios.tsv}.
 *
 * <p>What is compared is processor time of the thread, of rows that never wait. A row is as fast as its fastest round, for what else the
 * machine does only adds to the time. So rounds are measured until every ratio is within its limit. What is not after the last of them is
 * slower if no round by itself had it within the limit; if the rounds do not agree, the machine is too noisy to tell, which is no failure.
 */
final class CheckRatios {

    static final Path FILE = Path.of("src", "jmh", "ratios.tsv");

    /** How much more than what is kept a ratio may be. */
    private static final double SLACK = 1.25;

    private static final int LEAST_ROUNDS = 3;
    private static final int MOST_ROUNDS = 12;
    private static final String HEAD = "table\trow\tbeside: table\trow\tratio";

    /** A row, the row that it is compared with, and their ratio as it is kept. */
    private record Kept(String table, Row row, String besideTable, Row beside, double ratio) {

        double measured() {
            return row.least() / beside.least();
        }

        double bytes() {
            return row.leastColumn(Column.BYTES);
        }

        boolean isWithin() {
            return measured() <= limit();
        }

        double limit() {
            return ratio * SLACK;
        }

        boolean allocates() {
            return !(bytes() < Bound.NO_BYTES_OF_LONG);
        }

        boolean holds() {
            return isWithin() && !allocates();
        }

        /** Of a ratio that is not within its limit: every round says so. */
        boolean isSlower() {
            return !isWithin() && !(row.leastRatioTo(beside) <= limit());
        }

        boolean fails() {
            return allocates() || isSlower();
        }

        String verdict() {
            if (fails()) {
                return "  MISSED";
            }
            return holds() ? "" : String.format(Locale.ROOT, "  TOO NOISY TO TELL (a round by itself: %.2f)", row.leastRatioTo(beside));
        }
    }

    private final List<Kept> all = new ArrayList<>();
    private final Set<Row> rows = new LinkedHashSet<>();

    /** Reads the file and finds its rows in the tables. */
    CheckRatios(List<Table> tables) throws IOException {
        for (String line : Files.readAllLines(FILE)) {
            if (!line.equals(HEAD)) {
                String[] cells = line.split("\t");
                Kept kept = new Kept(cells[0], row(tables, cells[0], cells[1]), cells[2], row(tables, cells[2], cells[3]),
                        Double.parseDouble(cells[4]));
                all.add(kept);
                rows.add(kept.row());
                rows.add(kept.beside());
            }
        }
    }

    private static Row row(List<Table> tables, String title, String name) {
        return tables.stream()
                .filter(table -> table.title().equals(title))
                .findFirst()
                .flatMap(table -> table.row(name))
                .orElseThrow(() -> new IllegalStateException(FILE + ": there is no row \"" + name + "\" in \"" + title + "\""));
    }

    /** Measures, and fails with what is slower or allocates. */
    void check() throws Exception {
        int rounds = 0;
        do {
            rounds++;
            takeSamples();
        } while (rounds < LEAST_ROUNDS || rounds < MOST_ROUNDS && !all.stream().allMatch(Kept::holds));
        System.out.printf("Ratios after %d rounds, of the fastest each:%n", rounds);
        for (Kept kept : all) {
            System.out.printf(Locale.ROOT, "  %s, %s / %s: kept=%.2f, measured=%.2f, bytes=%.1f%s%n", kept.table(), kept.row().name(),
                    kept.beside().name(), kept.ratio(), kept.measured(), kept.bytes(), kept.verdict());
        }
        if (all.stream().anyMatch(Kept::fails)) {
            throw new IllegalStateException("slower than " + FILE + " by more than " + Math.round((SLACK - 1) * 100)
                    + " percent, or allocating where nothing was allocated: see MISSED above");
        }
    }

    /** Measures, and writes what was measured into the file. */
    void keep() throws Exception {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            takeSamples();
        }
        List<String> lines = new ArrayList<>(List.of(HEAD));
        for (Kept kept : all) {
            lines.add(String.join("\t", kept.table(), kept.row().name(), kept.besideTable(), kept.beside().name(),
                    String.format(Locale.ROOT, "%.2f", kept.measured())));
        }
        Files.write(FILE, lines);
        lines.forEach(System.out::println);
    }

    private void takeSamples() throws Exception {
        for (Row row : rows) {
            row.takeSample();
        }
    }
}
