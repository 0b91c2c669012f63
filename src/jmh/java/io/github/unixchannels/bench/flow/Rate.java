// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Sample;
import io.github.unixchannels.bench.frame.Sampler;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells beside how many nanoseconds an operation takes how many of something are done in a second.
 *
 * @param column where it is told
 * @param ofOperation how many one operation does
 */
record Rate(Column column, double ofOperation) {

    private static final double NANOS_PER_SECOND = 1e9;

    Sampler of(Sampler sampler) {
        return () -> {
            Sample sample = sampler.take();
            Map<Column, Double> columns = new HashMap<>(sample.columns());
            columns.put(column, ofOperation * NANOS_PER_SECOND / sample.value());
            return new Sample(sample.value(), columns);
        };
    }
}
