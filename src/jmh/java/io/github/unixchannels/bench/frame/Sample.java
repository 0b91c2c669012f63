// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.util.Map;

/**
 * What one operation took, once.
 *
 * @param value in the table's unit; less is better
 * @param columns what else was found
 */
public record Sample(double value, Map<Column, Double> columns) {

    /** Of a program that says nothing else. */
    public static Sample of(double value) {
        return new Sample(value, Map.of());
    }

    /** What was found, or NaN. */
    double column(Column column) {
        return columns.getOrDefault(column, Double.NaN);
    }
}
