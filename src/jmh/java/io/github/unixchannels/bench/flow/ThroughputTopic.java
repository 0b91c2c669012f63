// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.frame.BarChart;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Chart;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One thread sends and another receives, as fast as they can. */
public final class ThroughputTopic implements Topic {

    private static final int SMALL_BYTES = 64;
    private static final int LARGE_BYTES = 64 << 10;
    private static final Rate MESSAGES = new Rate(new Column("Million messages/s", "%.2f"), 1e-6);
    private static final Rate LARGE_MIB = new Rate(new Column("MiB/s", "%.0f"), LARGE_BYTES / (double) (1 << 20));

    private final Lab lab;
    private final Table small;
    private final Table large;

    public ThroughputTopic(Lab lab) {
        this.lab = lab;
        small = table("64 bytes", SMALL_BYTES, MESSAGES);
        large = table("64 KiB", LARGE_BYTES, LARGE_MIB);
    }

    private Table table(String size, int bytes, Rate rate) {
        List<Row> rows = new ArrayList<>();
        if (Cpus.count() > 1) {
            add(rows, PairKind.OURS_STREAM, bytes, rate);
            add(rows, PairKind.JDK_STREAM, bytes, rate);
            addC(rows, Names.C_STREAM, "stream", bytes, rate);
            add(rows, PairKind.JUNIXSOCKET_STREAM, bytes, rate);
            add(rows, PairKind.OURS_SEQPACKET, bytes, rate);
            addC(rows, Names.C_SEQPACKET, "seqpacket", bytes, rate);
            add(rows, PairKind.JUNIXSOCKET_SEQPACKET, bytes, rate);
            add(rows, PairKind.OURS_DGRAM, bytes, rate);
            addC(rows, Names.C_DGRAM, "dgram", bytes, rate);
        }
        return new Table("One way from thread to thread, " + size + ", blocking, a message", rows);
    }

    private void add(List<Row> rows, PairKind pair, int bytes, Rate rate) {
        Map<String, Object> parameters = Map.of("pair", pair, "bytes", bytes);
        rows.add(new Row(pair.title(), pair.twin(), rate.of(lab.jmh(ThroughputBenchmark.class, parameters))));
    }

    private void addC(List<Row> rows, String name, String type, int bytes, Rate rate) {
        lab.c("throughput", type, bytes).ifPresent(c -> rows.add(new Row(name, name, rate.of(c))));
    }

    @Override
    public String text() {
        return """
                *One way*: one thread writes messages to a blocking pair and another reads them, each bound to a CPU of its own and as fast
                as it can; each write is one message, and each read has room for one. C calls `send` and `recv`.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.of(small, large);
    }

    @Override
    public List<Bound> bounds() {
        return List.of(
                Bound.allocation("one way, 64 bytes", Bound.NO_BYTES, List.of(small), name -> true),
                Bound.allocation("one way, 64 KiB", Bound.NO_BYTES_OF_LONG, List.of(large), name -> true));
    }

    @Override
    public List<Chart> charts() {
        BarChart chart = new BarChart("throughput", "64 KiB messages from one thread to another", LARGE_MIB.column().title());
        for (Row row : large.rows()) {
            int type = row.name().lastIndexOf(' ');
            chart.bar(row.name().substring(type + 1), row.name().substring(0, type + 1), row.column(LARGE_MIB.column()));
        }
        return List.of(chart);
    }
}
