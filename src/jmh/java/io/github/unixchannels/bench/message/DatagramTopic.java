// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.message;

import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A datagram sent and received with its sender, between two sockets that are connected to each other or not. */
public final class DatagramTopic implements Topic {

    private static final int BYTES = 64;

    private final List<Table> tables;

    public DatagramTopic(Lab lab) {
        tables = List.of(table(lab, "connected"), table(lab, "unconnected"));
    }

    private static Table table(Lab lab, String kind) {
        Map<String, Object> parameters = Map.of("connected", kind.equals("connected"), "bytes", BYTES);
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(Names.OURS_DGRAM, Names.C_DGRAM, lab.jmh(DatagramBenchmark.class, parameters)));
        lab.c("datagram", kind, BYTES, 1).ifPresent(c -> rows.add(new Row(Names.C_DGRAM, Names.C_DGRAM, c)));
        return new Table("Send and receive, " + BYTES + " bytes, " + kind, rows);
    }

    @Override
    public String text() {
        return """
                *Send and receive*: a datagram goes from one named socket to another and is received with its sender, which is looked at.
                """;
    }

    @Override
    public List<Table> tables() {
        return tables;
    }

    @Override
    public List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        tables.forEach(table -> bounds.add(Bound.ratio(table, Names.OURS_DGRAM, Names.C_DGRAM, 1.10)));
        bounds.add(Bound.allocation("datagrams", Bound.NO_BYTES, tables, name -> true));
        return bounds;
    }
}
