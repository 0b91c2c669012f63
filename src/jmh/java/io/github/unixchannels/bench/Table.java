// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import java.util.List;
import java.util.Optional;

/**
 * Rows that can be compared with each other.
 *
 * @param title what all of them do
 * @param rows in the order in which they are measured and printed
 */
record Table(String title, List<Row> rows) {

    Optional<Row> row(String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst();
    }

    /** How many times as long the first takes as the second; NaN if one of them was not measured. */
    double ratio(String name, String other) {
        return row(name).flatMap(row -> row(other).map(row::ratioTo)).orElse(Double.NaN);
    }

    void takeSamples() throws Exception {
        for (Row row : rows) {
            row.takeSample();
        }
    }
}
