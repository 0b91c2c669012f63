// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Sampler;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Connections that are made, accepted and closed. */
public final class AcceptTopic implements Topic {

    private static final Rate CONNECTIONS = new Rate(new Column("Connections/s", "%.0f"), 1);

    private final Lab lab;
    private final Table table;

    public AcceptTopic(Lab lab) {
        this.lab = lab;
        List<Row> rows = new ArrayList<>();
        add(rows, ListenerKind.OURS_STREAM);
        add(rows, ListenerKind.JDK_STREAM);
        addC(rows, Names.C_STREAM, "stream");
        add(rows, ListenerKind.JUNIXSOCKET_STREAM);
        add(rows, ListenerKind.JNR_UNIXSOCKET_STREAM);
        add(rows, ListenerKind.OURS_SEQPACKET);
        addC(rows, Names.C_SEQPACKET, "seqpacket");
        table = new Table("Connect, accept and close", rows);
    }

    private void add(List<Row> rows, ListenerKind listener) {
        Sampler sampler = lab.jmh(AcceptBenchmark.class, Map.of("listener", listener));
        rows.add(new Row(listener.title(), listener.twin(), CONNECTIONS.of(sampler)));
    }

    private void addC(List<Row> rows, String name, String type) {
        lab.c("accept", type, 1).ifPresent(c -> rows.add(new Row(name, name, CONNECTIONS.of(c))));
    }

    @Override
    public String text() {
        return """
                *Connect, accept and close*: a socket is opened and connected by path to a blocking listener, which accepts, and both ends
                are closed, by one thread. C calls `socket`, `connect`, `accept4` and `close` twice.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.of(table);
    }

    @Override
    public List<Bound> bounds() {
        return List.of();
    }
}
