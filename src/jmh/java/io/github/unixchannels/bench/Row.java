// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** One thing that is measured, and what was found: a sample a round. */
final class Row {

    private final String name;
    private final String twin;
    private final Sampler sampler;
    private final List<Sample> samples = new ArrayList<>();

    /** A row, and the name of the row of C that makes the same system calls. */
    Row(String name, String twin, Sampler sampler) {
        this.name = name;
        this.twin = twin;
        this.sampler = sampler;
    }

    String name() {
        return name;
    }

    String twin() {
        return twin;
    }

    void takeSample() throws Exception {
        samples.add(sampler.take());
    }

    double nanos() {
        return median(nanosOfRounds());
    }

    double leastNanos() {
        return nanosOfRounds().min().orElse(Double.NaN);
    }

    double mostNanos() {
        return nanosOfRounds().max().orElse(Double.NaN);
    }

    double allocatedBytes() {
        return median(samples.stream().mapToDouble(Sample::allocatedBytes));
    }

    /** The median of the ratios of each round, whose two samples were taken soon after each other. */
    double ratioTo(Row other) {
        return median(IntStream.range(0, samples.size())
                .mapToDouble(round -> samples.get(round).nanos() / other.samples.get(round).nanos()));
    }

    private DoubleStream nanosOfRounds() {
        return samples.stream().mapToDouble(Sample::nanos);
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
