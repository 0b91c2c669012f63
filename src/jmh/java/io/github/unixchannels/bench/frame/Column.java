// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

/**
 * What is told of a row beside the time it takes: the head of a column, and how its numbers are written.
 *
 * @param title with the unit
 * @param format for {@link String#format}, of one double
 */
public record Column(String title, String format) {

    /** Java memory allocated by an operation. */
    public static final Column BYTES = new Column("Bytes", "%.1f");
}
