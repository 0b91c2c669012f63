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

/** Datagrams from many sockets to one. */
public final class FanInTopic implements Topic {

    private static final int BYTES = 64;

    private final Lab lab;
    private final Table oneThread;
    private final Table manyThreads;

    public FanInTopic(Lab lab) {
        this.lab = lab;
        oneThread = table("one thread", 1);
        manyThreads = table("a thread each", FanInBenchmark.SENDERS);
    }

    private Table table(String senders, int threads) {
        List<Row> rows = new ArrayList<>();
        if (Cpus.count() > 1) {
            add(rows, ReceiverKind.OURS, threads);
            addC(rows, Names.C_DGRAM, "one", threads);
            add(rows, ReceiverKind.OURS_IN_BATCHES, threads);
            addC(rows, Names.C_DGRAM + Names.IN_BATCHES, "batch", threads);
            add(rows, ReceiverKind.JUNIXSOCKET, threads);
        }
        String title = FanInBenchmark.SENDERS + " DGRAM sockets of " + senders + " to one, " + BYTES + " bytes, blocking, a datagram";
        return new Table(title, rows);
    }

    private void add(List<Row> rows, ReceiverKind receiver, int threads) {
        Map<String, Object> parameters = Map.of("library", receiver, "threads", threads, "bytes", BYTES);
        rows.add(new Row(receiver.title(), receiver.twin(), lab.jmh(FanInBenchmark.class, parameters)));
    }

    private void addC(List<Row> rows, String name, String how, int threads) {
        lab.c("fan_in", how, FanInBenchmark.SENDERS, threads, BYTES).ifPresent(c -> rows.add(new Row(name, name, c)));
    }

    @Override
    public String text() {
        return """
                *Fan-in*: datagrams come from many sockets, which have names and are connected to the one that receives them with their
                senders, one at a time or in batches. They are sent by one thread, from each socket in turn, bound to one CPU while the
                receiver is bound to another; or by a thread each, wherever the kernel runs it. C calls `send`, and `recvfrom` or
                `recvmmsg`. In C and in junixsocket a sender waits for room in `send`, and each datagram that is taken wakes one; ours
                waits in `poll`, which a close can end ([ADR 7](adr/0007-room-at-a-receiver-of-datagrams.md)), and each wakes all that wait.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.of(oneThread, manyThreads);
    }

    @Override
    public List<Bound> bounds() {
        return List.of(Bound.allocation("fan-in", Bound.NO_BYTES_OF_LONG, List.of(oneThread), name -> true));
    }
}
