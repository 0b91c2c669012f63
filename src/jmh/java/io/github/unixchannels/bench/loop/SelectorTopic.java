// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Chart;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.LineChart;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Sampler;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A turn of an event loop with so many keys, of which one is ready. */
public final class SelectorTopic implements Topic {

    private static final List<Integer> KEYS = List.of(1, 100, 1000, 10_000);
    private static final int KEYS_BESIDE_JUNIXSOCKET = 1000;

    /** What a process has open beside the channels that are measured, with room to spare. */
    private static final int OTHER_DESCRIPTORS = 300;

    /** One line for each library. */
    private static final List<Library> DRAWN =
            List.of(Library.OURS_STREAM, Library.JDK_STREAM, Library.JUNIXSOCKET_STREAM, Library.JNR_STREAM);

    private final Lab lab;
    private final Map<Integer, Table> tables = new TreeMap<>();

    /** Every number of keys for which a process may have descriptors enough. */
    public SelectorTopic(Lab lab) {
        this.lab = lab;
        KEYS.stream().filter(keys -> keys + OTHER_DESCRIPTORS <= lab.descriptors()).forEach(keys -> tables.put(keys, table(keys)));
    }

    private Table table(int keys) {
        LibraryRows rows = new LibraryRows(lab, OneReadyBenchmark.class, Map.of("keys", keys))
                .add(Library.OURS_SEQPACKET)
                .addC(UnixProtocolFamily.SEQPACKET, "epoll_loop", keys, OneReadyBenchmark.BYTES, 1)
                .add(Library.JDK_STREAM)
                .add(Library.OURS_STREAM)
                .addC(UnixProtocolFamily.STREAM, "epoll_loop", keys, OneReadyBenchmark.BYTES, 1)
                .add(Library.JUNIXSOCKET_SEQPACKET)
                .add(Library.JUNIXSOCKET_STREAM)
                .add(Library.JNR_STREAM);
        return new Table("Write, select and read, " + OneReadyBenchmark.BYTES + " bytes, one ready of " + keys, rows.rows());
    }

    /** A turn with this library's channels of a type and so many keys. */
    public static Sampler ours(Lab lab, String type, int keys) {
        return lab.jmh(OneReadyBenchmark.class, Map.of("library", Library.valueOf("OURS_" + type), "keys", keys));
    }

    @Override
    public String text() {
        return """
                *Write, select and read*: of many registered channels one has something to read; it is written to, selected, taken out of
                the selected keys, and read. The others are connected to listeners that have not accepted them, so that each needs one
                descriptor. C calls `send`, `epoll_wait` and `recv`. The selector of jnr-unixsocket is jnr-enxio's.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.copyOf(tables.values());
    }

    @Override
    public List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        tables.forEach((keys, table) -> {
            bounds.add(Bound.ratio(table, Names.OURS_SEQPACKET, Names.C_SEQPACKET, 1.10));
            bounds.add(Bound.ratio(table, Names.OURS_STREAM, Names.C_STREAM, 1.10));
            bounds.add(Bound.ratio(table, Names.OURS_STREAM, Names.JDK_STREAM, 0.95));
            if (keys > 1) {
                bounds.add(flat(table, Names.OURS_SEQPACKET));
                bounds.add(flat(table, Names.OURS_STREAM));
            }
            if (keys == KEYS_BESIDE_JUNIXSOCKET) {
                bounds.add(Bound.ratio(table, Names.OURS_SEQPACKET, Names.JUNIXSOCKET_SEQPACKET, 1.0 / 50));
                bounds.add(Bound.ratio(table, Names.OURS_STREAM, Names.JUNIXSOCKET_STREAM, 1.0 / 50));
            }
        });
        bounds.add(Bound.allocation("write, select and read", Bound.NO_BYTES, tables(), name -> true));
        return bounds;
    }

    private Bound flat(Table table, String name) {
        Optional<Row> one = Optional.ofNullable(tables.get(1)).flatMap(first -> first.row(name));
        return Bound.ratio(table, one, name, "with one key", 1.10);
    }

    @Override
    public List<Chart> charts() {
        LineChart chart = new LineChart(
                "selector", "A turn of an event loop with one ready key, by how many are registered", "registered keys", "ns a turn");
        tables.forEach((keys, table) -> {
            table.row(Names.C_STREAM).ifPresent(row -> chart.point(row.name(), keys, row.value()));
            for (Library library : DRAWN) {
                table.row(library.title()).ifPresent(row -> chart.point(row.name(), keys, row.value()));
            }
        });
        return List.of(chart);
    }
}
