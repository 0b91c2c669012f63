// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.util.List;
import java.util.Optional;

/**
 * Rows that can be compared with each other.
 *
 * @param title what all of them do
 * @param unit of their values
 * @param jdk the row of the JDK that the others are compared with; there may be none
 * @param rows in the order in which they are measured and printed: what is compared most stands next to each other
 */
public record Table(String title, String unit, String jdk, List<Row> rows) {

    /** A table of nanoseconds, beside the JDK's STREAM. */
    public Table(String title, List<Row> rows) {
        this(title, "ns", Names.JDK_STREAM, rows);
    }

    public Optional<Row> row(String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst();
    }

    /** How many times as long the first takes as the second; NaN if one of them was not measured. */
    public double ratio(String name, String other) {
        return row(name).flatMap(row -> row(other).map(row::ratioTo)).orElse(Double.NaN);
    }

    /** What is told of a row, or NaN. */
    public double column(String name, Column column) {
        return row(name).map(row -> row.column(column)).orElse(Double.NaN);
    }

    /** One of each row, in order. */
    public void takeSamples() throws Exception {
        for (Row row : rows) {
            row.takeSample();
        }
    }
}
