// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Sampler;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A message written to one end of a pair and read from the other. */
public final class SelfPairTopic implements Topic {

    private static final List<Integer> SIZES_BYTES = List.of(64, 4096);
    private static final String ONE_THREAD = ", process of one thread";

    private final Lab lab;
    private final List<Table> nonBlocking = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();

    public SelfPairTopic(Lab lab) {
        this.lab = lab;
        SIZES_BYTES.forEach(bytes -> nonBlocking.add(table(bytes, false)));
        tables.addAll(nonBlocking);
        SIZES_BYTES.forEach(bytes -> tables.add(table(bytes, true)));
    }

    /** The others, beside the JDK and C, only where nothing blocks. */
    private Table table(int bytes, boolean blocking) {
        List<Row> rows = new ArrayList<>();
        rows.add(row(Library.OURS_SEQPACKET, bytes, blocking));
        addC(rows, Names.C_SEQPACKET, "seqpacket", bytes, blocking, 1);
        rows.add(row(Library.JDK_STREAM, bytes, blocking));
        rows.add(row(Library.OURS_STREAM, bytes, blocking));
        addC(rows, Names.C_STREAM, "stream", bytes, blocking, 1);
        if (!blocking) {
            rows.add(row(Library.JUNIXSOCKET_SEQPACKET, bytes, false));
            rows.add(row(Library.JUNIXSOCKET_STREAM, bytes, false));
            addC(rows, Names.C_SEQPACKET, "seqpacket", bytes, false, 0);
            addC(rows, Names.C_STREAM, "stream", bytes, false, 0);
        }
        return new Table("Write and read, " + bytes + " bytes, " + (blocking ? "blocking" : "non-blocking"), rows);
    }

    private Row row(Library library, int bytes, boolean blocking) {
        Map<String, Object> parameters = Map.of("library", library, "bytes", bytes, "blocking", blocking);
        return new Row(library.title(), library.twin(), lab.jmh(SelfPairBenchmark.class, parameters));
    }

    /** A write and a read that do not block, of this library's channels of a type. */
    public static Sampler ours(Lab lab, String type, int bytes) {
        return lab.jmh(SelfPairBenchmark.class, Map.of("library", Library.valueOf("OURS_" + type), "bytes", bytes));
    }

    private void addC(List<Row> rows, String twin, String type, int bytes, boolean blocking, int idleThreads) {
        String name = idleThreads == 0 ? twin + ONE_THREAD : twin;
        lab.c("self_pair", type, bytes, blocking ? "blocking" : "dontwait", idleThreads)
                .ifPresent(c -> rows.add(new Row(name, twin, c)));
    }

    @Override
    public String text() {
        return """
                *Write and read*: a direct buffer is written to one end of a connected pair and read from the other, by one thread. C calls
                `send` and `recv`; what it takes in a process of one thread is given as well.
                """;
    }

    @Override
    public List<Table> tables() {
        return tables;
    }

    @Override
    public List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        for (Table table : nonBlocking) {
            bounds.add(Bound.ratio(table, Names.OURS_SEQPACKET, Names.C_SEQPACKET, 1.05));
            bounds.add(Bound.ratio(table, Names.OURS_SEQPACKET, Names.JDK_STREAM, 1.00));
            bounds.add(Bound.ratio(table, Names.OURS_STREAM, Names.C_STREAM, 1.05));
            bounds.add(Bound.ratio(table, Names.OURS_STREAM, Names.JDK_STREAM, 1.00));
        }
        bounds.add(Bound.allocation("write and read", Bound.NO_BYTES, tables, name -> true));
        return bounds;
    }
}
