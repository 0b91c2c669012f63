// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One thing that is measured, and what was found: a sample a round. */
public final class Row {

    private final String name;
    private final String twin;
    private final Sampler sampler;
    private final List<Sample> samples = new ArrayList<>();

    /** A row, and the name of the row of C in the same table that makes the same system calls; empty if there is none. */
    public Row(String name, String twin, Sampler sampler) {
        this.name = name;
        this.twin = twin;
        this.sampler = sampler;
    }

    public String name() {
        return name;
    }

    String twin() {
        return twin;
    }

    /** Measures once more. */
    public void takeSample() throws Exception {
        samples.add(sampler.take());
    }

    /** The median of the rounds. */
    public double value() {
        return median(values());
    }

    /** The least of the rounds. */
    public double least() {
        return values().min().orElse(Double.NaN);
    }

    double most() {
        return values().max().orElse(Double.NaN);
    }

    /** The median of the rounds; NaN if this row has none of it. */
    public double column(Column column) {
        return median(samples.stream().mapToDouble(sample -> sample.column(column)));
    }

    /** The least of the rounds; NaN if this row has none of it. */
    public double leastColumn(Column column) {
        return samples.stream().mapToDouble(sample -> sample.column(column)).min().orElse(Double.NaN);
    }

    Stream<Column> columns() {
        return samples.stream().flatMap(sample -> sample.columns().keySet().stream());
    }

    /** The median of the ratios of each round, whose two samples were taken soon after each other; NaN if one was not measured. */
    double ratioTo(Row other) {
        return median(ratios(other));
    }

    /** The least of the ratios of each round; NaN if one was not measured. */
    public double leastRatioTo(Row other) {
        return ratios(other).min().orElse(Double.NaN);
    }

    private DoubleStream ratios(Row other) {
        return IntStream.range(0, Math.min(samples.size(), other.samples.size()))
                .mapToDouble(round -> samples.get(round).value() / other.samples.get(round).value());
    }

    private DoubleStream values() {
        return samples.stream().mapToDouble(Sample::value);
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
