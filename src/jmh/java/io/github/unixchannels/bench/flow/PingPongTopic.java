// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A message to another thread and back, where each waits for the other. */
public final class PingPongTopic implements Topic {

    private static final int BYTES = 64;
    private static final String TITLE = "Ping-pong of two threads, " + BYTES + " bytes, blocking, ";

    private final Lab lab;
    private final Table oneCpu;
    private final Table twoCpus;

    public PingPongTopic(Lab lab) {
        this.lab = lab;
        oneCpu = oneCpu();
        twoCpus = twoCpus();
    }

    private Table oneCpu() {
        List<Row> rows = new ArrayList<>();
        add(rows, PairKind.OURS_STREAM, 1);
        add(rows, PairKind.JDK_STREAM, 1);
        addC(rows, Names.C_STREAM, "stream", 1);
        add(rows, PairKind.JUNIXSOCKET_STREAM, 1);
        add(rows, PairKind.JNR_UNIXSOCKET_STREAM, 1);
        add(rows, PairKind.OURS_SEQPACKET, 1);
        addC(rows, Names.C_SEQPACKET, "seqpacket", 1);
        add(rows, PairKind.JUNIXSOCKET_SEQPACKET, 1);
        add(rows, PairKind.OURS_DGRAM, 1);
        addC(rows, Names.C_DGRAM, "dgram", 1);
        return new Table(TITLE + "on one CPU", rows);
    }

    /** Nothing but what shows that here the kernel takes the time. */
    private Table twoCpus() {
        List<Row> rows = new ArrayList<>();
        if (Cpus.count() > 1) {
            add(rows, PairKind.OURS_STREAM, 2);
            add(rows, PairKind.JDK_STREAM, 2);
            addC(rows, Names.C_STREAM, "stream", 2);
        }
        return new Table(TITLE + "on two CPUs", rows);
    }

    private void add(List<Row> rows, PairKind pair, int cpus) {
        Map<String, Object> parameters = Map.of("pair", pair, "bytes", BYTES, "cpus", cpus);
        rows.add(new Row(pair.title(), pair.twin(), lab.jmh(PingPongBenchmark.class, parameters)));
    }

    private void addC(List<Row> rows, String name, String type, int cpus) {
        lab.c("ping_pong", type, BYTES, cpus).ifPresent(c -> rows.add(new Row(name, name, c)));
    }

    @Override
    public String text() {
        return """
                *Ping-pong*: a message goes through a blocking pair to another thread, which waits for it, and another comes back. Both
                threads are bound to one CPU, or to one each: left alone they are now here, now there, and to wake a CPU that is idle
                takes several times as long as all else, and now this long, now that. What is promised is of one CPU. junixsocket's
                SEQPACKET is a `DatagramChannel`. C calls `send` and `recv`.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.of(oneCpu, twoCpus);
    }

    @Override
    public List<Bound> bounds() {
        return List.of(
                Bound.ratio(oneCpu, Names.OURS_STREAM, Names.JDK_STREAM, 1.05),
                Bound.allocation("ping-pong", Bound.NO_BYTES_OF_LONG, List.of(oneCpu), name -> true));
    }
}
