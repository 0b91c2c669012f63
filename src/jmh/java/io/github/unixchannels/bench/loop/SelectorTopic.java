// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

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

/** A turn of an event loop with so many keys, of which one is ready. */
public final class SelectorTopic implements Topic {

    private static final List<Integer> KEYS = List.of(1, 1000, 4000);

    private final Lab lab;
    private final List<Table> tables;

    public SelectorTopic(Lab lab) {
        this.lab = lab;
        tables = KEYS.stream().map(this::table).toList();
    }

    /** Of the libraries, those that have descriptors enough. */
    private Table table(int keys) {
        List<Row> rows = new ArrayList<>();
        add(rows, Library.OURS_SEQPACKET, keys);
        addC(rows, Names.C_SEQPACKET, "seqpacket", keys);
        add(rows, Library.JDK_STREAM, keys);
        add(rows, Library.OURS_STREAM, keys);
        addC(rows, Names.C_STREAM, "stream", keys);
        add(rows, Library.JUNIXSOCKET_SEQPACKET, keys);
        add(rows, Library.JUNIXSOCKET_STREAM, keys);
        return new Table("Write, select and read, " + SelectorBenchmark.BYTES + " bytes, one ready of " + keys, rows);
    }

    private void add(List<Row> rows, Library library, int keys) {
        if (library.descriptors(keys) <= lab.descriptors()) {
            Map<String, Object> parameters = Map.of("library", library, "keys", keys);
            rows.add(new Row(library.title(), library.twin(), lab.jmh(SelectorBenchmark.class, parameters)));
        }
    }

    /** A turn with this library's channels of a type and so many keys. */
    public static Sampler ours(Lab lab, String type, int keys) {
        return lab.jmh(SelectorBenchmark.class, Map.of("library", Library.valueOf("OURS_" + type), "keys", keys));
    }

    private void addC(List<Row> rows, String name, String type, int keys) {
        lab.c("epoll_loop", type, keys, SelectorBenchmark.BYTES, 1).ifPresent(c -> rows.add(new Row(name, name, c)));
    }

    @Override
    public String text() {
        return """
                *Write, select and read*: of many registered channels one has something to read; it is written to, selected, taken out of
                the selected keys, and read. C calls `send`, `epoll_wait` and `recv`.
                """;
    }

    @Override
    public List<Table> tables() {
        return tables;
    }

    @Override
    public List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        Optional<Row> one = tables.get(0).row(Names.OURS_SEQPACKET);
        for (Table table : tables) {
            bounds.add(Bound.ratio(table, Names.OURS_SEQPACKET, Names.C_SEQPACKET, 1.10));
            bounds.add(Bound.ratio(table, Names.OURS_STREAM, Names.JDK_STREAM, 0.95));
        }
        tables.stream().skip(1).forEach(table -> bounds.add(Bound.ratio(table, one, Names.OURS_SEQPACKET, "with one key", 1.10)));
        bounds.add(Bound.ratio(tables.get(1), Names.OURS_STREAM, Names.JUNIXSOCKET_STREAM, 1.0 / 50));
        bounds.add(Bound.allocation("write, select and read", Bound.NO_BYTES, tables, name -> true));
        return bounds;
    }

    @Override
    public List<Chart> charts() {
        LineChart chart = new LineChart(
                "selector", "A turn of an event loop with one ready key, by how many are registered", "registered keys", "ns a turn");
        for (int i = 0; i < KEYS.size(); i++) {
            int keys = KEYS.get(i);
            tables.get(i).rows().forEach(row -> chart.point(row.name(), keys, row.value()));
        }
        return List.of(chart);
    }
}
