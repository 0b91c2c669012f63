// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Sample;
import io.github.unixchannels.bench.frame.Sampler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The rows of a table in which libraries, and C, do the same. */
final class LibraryRows {

    private final Lab lab;
    private final List<Row> rows = new ArrayList<>();
    private final Class<?> benchmark;
    private final Map<String, Object> parameters;
    private final Column rate;

    /** No rows as yet, of this JMH benchmark with these parameters and a library. */
    LibraryRows(Lab lab, Class<?> benchmark, Map<String, Object> parameters) {
        this(lab, benchmark, parameters, null);
    }

    /** As the other, with a column of how many operations there are in a second. */
    LibraryRows(Lab lab, Class<?> benchmark, Map<String, Object> parameters, Column rate) {
        this.lab = lab;
        this.benchmark = benchmark;
        this.parameters = parameters;
        this.rate = rate;
    }

    LibraryRows add(Library library) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.put("library", library);
        return add(library.title(), library.twin(), lab.jmh(benchmark, all));
    }

    /** Adds a program of C, if there is a compiler: its first argument is the type of the sockets. */
    LibraryRows addC(UnixProtocolFamily family, String program, Object... arguments) {
        return addC("", family, program, arguments);
    }

    /** As the other, with more to its name. */
    LibraryRows addC(String more, UnixProtocolFamily family, String program, Object... arguments) {
        String twin = "C " + family;
        Object[] all = Stream.concat(Stream.of(family.name().toLowerCase(Locale.ROOT)), Stream.of(arguments)).toArray();
        lab.c(program, all).ifPresent(sampler -> add(twin + more, twin, sampler));
        return this;
    }

    private LibraryRows add(String name, String twin, Sampler sampler) {
        rows.add(new Row(name, twin, rate == null ? sampler : () -> withRate(sampler.take())));
        return this;
    }

    private Sample withRate(Sample sample) {
        Map<Column, Double> columns = new HashMap<>(sample.columns());
        columns.put(rate, TimeUnit.SECONDS.toNanos(1) / sample.value());
        return new Sample(sample.value(), columns);
    }

    List<Row> rows() {
        return rows;
    }
}
