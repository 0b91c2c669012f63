// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.List;
import java.util.Map;

/** An event loop under load: all keys are ready in every turn. */
public final class AllReadyTopic implements Topic {

    private static final Column KEYS_OF_SECOND = new Column("Keys/s", "%.0f");
    private static final String PROGRAM = "epoll_all_ready";

    private final Table table;

    public AllReadyTopic(Lab lab) {
        LibraryRows rows = new LibraryRows(lab, AllReadyBenchmark.class, Map.of(), KEYS_OF_SECOND)
                .add(Library.OURS_SEQPACKET)
                .addC(UnixProtocolFamily.SEQPACKET, PROGRAM, AllReadyBenchmark.KEYS, AllReadyBenchmark.BYTES, 1)
                .add(Library.JDK_STREAM)
                .add(Library.OURS_STREAM)
                .addC(UnixProtocolFamily.STREAM, PROGRAM, AllReadyBenchmark.KEYS, AllReadyBenchmark.BYTES, 1)
                .add(Library.JUNIXSOCKET_SEQPACKET)
                .add(Library.JUNIXSOCKET_STREAM)
                .add(Library.JNR_STREAM);
        table = new Table("Select and read, " + AllReadyBenchmark.BYTES + " bytes, all ready of " + AllReadyBenchmark.KEYS + ", a key",
                rows.rows());
    }

    @Override
    public String text() {
        return """
                *Select and read, all ready*: every channel has been written to; they are selected, taken out of the selected keys and read,
                until all have been. What is given is the time of one of them, without the write. C calls `epoll_wait` and `recv`.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.of(table);
    }

    @Override
    public List<Bound> bounds() {
        return List.of(
                Bound.ratio(table, Names.OURS_SEQPACKET, Names.JDK_STREAM, 1.00),
                Bound.ratio(table, Names.OURS_STREAM, Names.JDK_STREAM, 1.00),
                Bound.allocation("select and read, all ready", Bound.NO_BYTES_OF_LONG, tables(), name -> true));
    }
}
