// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What was promised of the figures, and what became of it.
 *
 * @param promise in words
 * @param limit the most that it may be
 * @param value what it is; NaN if that was not measured
 */
public record Bound(String promise, double limit, double value) {

    /** Less is what the profiler itself allocates: no object is smaller than 16 bytes. */
    public static final double NO_BYTES = 0.5;

    /** The same of operations that take several times as long, in which the profiler's share is as many times larger. */
    public static final double NO_BYTES_OF_LONG = 2;

    /** That a row takes at most so many times as long as another of its table: {@code title, name: times other}. */
    public static Bound ratio(Table table, String name, String other, double limit) {
        return new Bound(table.title() + ", " + name + ": times " + other, limit, table.ratio(name, other));
    }

    /** That a row takes at most so many times as long as one of another table: {@code title, name: times words}. */
    public static Bound ratio(Table table, Optional<Row> other, String name, String words, double limit) {
        double ratio = table.row(name).flatMap(row -> other.map(row::ratioTo)).orElse(Double.NaN);
        return new Bound(table.title() + ", " + name + ": times " + words, limit, ratio);
    }

    /** That the rows of this library with such names allocate nothing: in words, whose rows those are. */
    public static Bound allocation(String whose, double limit, List<Table> tables, Predicate<String> named) {
        double most = tables.stream()
                .flatMap(table -> table.rows().stream())
                .filter(row -> row.name().startsWith(Names.OURS) && named.test(row.name()))
                .mapToDouble(row -> row.column(Column.BYTES))
                .filter(bytes -> !Double.isNaN(bytes))
                .max()
                .orElse(Double.NaN);
        return new Bound("bytes allocated an operation, the most of unix-channels: " + whose, limit, most);
    }

    String verdict() {
        if (Double.isNaN(value)) {
            return "not measured";
        }
        return value <= limit ? "kept" : "missed";
    }
}
