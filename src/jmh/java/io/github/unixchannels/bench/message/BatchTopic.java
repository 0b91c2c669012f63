// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.message;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Sampler;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Messages in batches, and one at a time, on pairs. */
public final class BatchTopic implements Topic {

    private static final int BYTES = 64;

    private final Lab lab;
    private final Table table;

    public BatchTopic(Lab lab) {
        this.lab = lab;
        List<Row> rows = new ArrayList<>();
        addRows(rows, UnixProtocolFamily.SEQPACKET, Names.OURS_SEQPACKET, Names.C_SEQPACKET);
        // One message at a time is what self_pair does.
        lab.c("self_pair", "seqpacket", BYTES, "dontwait", 1)
                .ifPresent(c -> rows.add(new Row(Names.C_SEQPACKET, Names.C_SEQPACKET, c)));
        addRows(rows, UnixProtocolFamily.DGRAM, Names.OURS_DGRAM, Names.C_DGRAM);
        table = new Table("Batches of " + BatchBenchmark.MESSAGES + ", " + BYTES + " bytes, a message", rows);
    }

    private void addRows(List<Row> rows, UnixProtocolFamily family, String ours, String twin) {
        rows.add(new Row(ours + Names.IN_BATCHES, twin + Names.IN_BATCHES, jmh(family, true)));
        rows.add(new Row(ours, twin, jmh(family, false)));
        String type = family.name().toLowerCase(Locale.ROOT);
        lab.c("batch", type, BatchBenchmark.MESSAGES, BYTES, 1)
                .ifPresent(c -> rows.add(new Row(twin + Names.IN_BATCHES, twin + Names.IN_BATCHES, c)));
    }

    private Sampler jmh(UnixProtocolFamily family, boolean batched) {
        return lab.jmh(BatchBenchmark.class, Map.of("family", family, "batched", batched, "bytes", BYTES));
    }

    @Override
    public String text() {
        return """
                *Batches*: as many messages go from one end of a pair to the other by `sendmmsg` and `recvmmsg`, or one after another by a
                write and a read each; an operation is one message.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.of(table);
    }

    @Override
    public List<Bound> bounds() {
        return List.of(
                Bound.ratio(table, Names.OURS_SEQPACKET + Names.IN_BATCHES, Names.OURS_SEQPACKET, 0.75),
                Bound.ratio(table, Names.OURS_SEQPACKET + Names.IN_BATCHES, Names.C_SEQPACKET + Names.IN_BATCHES, 1.10),
                Bound.ratio(table, Names.OURS_DGRAM + Names.IN_BATCHES, Names.OURS_DGRAM, 0.75),
                Bound.ratio(table, Names.OURS_DGRAM + Names.IN_BATCHES, Names.C_DGRAM + Names.IN_BATCHES, 1.10),
                Bound.allocation("batches", Bound.NO_BYTES, tables(), name -> true));
    }
}
