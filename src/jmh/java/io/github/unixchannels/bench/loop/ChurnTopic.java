// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.List;
import java.util.Map;

/** Channels that come to a selector and go. */
public final class ChurnTopic implements Topic {

    private static final String PROGRAM = "epoll_churn";

    private final Table table;

    public ChurnTopic(Lab lab) {
        LibraryRows rows = new LibraryRows(lab, ChurnBenchmark.class, Map.of())
                .add(Library.OURS_SEQPACKET)
                .addC(UnixProtocolFamily.SEQPACKET, PROGRAM, ChurnBenchmark.OTHER_KEYS, 1)
                .add(Library.JDK_STREAM)
                .add(Library.OURS_STREAM)
                .addC(UnixProtocolFamily.STREAM, PROGRAM, ChurnBenchmark.OTHER_KEYS, 1)
                .add(Library.JUNIXSOCKET_SEQPACKET)
                .add(Library.JUNIXSOCKET_STREAM)
                .add(Library.JNR_STREAM);
        table = new Table("Register and cancel, beside " + ChurnBenchmark.OTHER_KEYS + " other keys", rows.rows());
    }

    @Override
    public String text() {
        return """
                *Register and cancel*: a channel is registered with a selector, which then selects without waiting; its key is cancelled,
                and the selector selects again. C calls `epoll_ctl` and `epoll_wait`, twice each.
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
                Bound.ratio(table, Names.OURS_STREAM, Names.JDK_STREAM, 1.00));
    }
}
