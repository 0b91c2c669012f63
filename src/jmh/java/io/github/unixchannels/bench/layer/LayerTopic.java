// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.layer;

import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Sampler;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import io.github.unixchannels.bench.layer.LayerBenchmark.Calls;
import io.github.unixchannels.bench.layer.LayerBenchmark.Type;
import io.github.unixchannels.bench.loop.SelectorTopic;
import io.github.unixchannels.bench.loop.SelfPairTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the time goes: the system calls from C, from this library's lowest layer, and through its channels and its selector. */
public final class LayerTopic implements Topic {

    private static final int BYTES = LayerBenchmark.BYTES;
    private static final String C = "C";
    private static final String CALLS = Names.OURS + "system calls";
    private static final String CHANNELS = Names.OURS + "channels";

    private final Lab lab;
    private final List<Table> tables;

    public LayerTopic(Lab lab) {
        this.lab = lab;
        tables = List.of(
                table("recv of no descriptor", lab.c("failing_call", 1), bare(Calls.RECV_OF_NOTHING, Type.STREAM), List.of()),
                pair(Type.SEQPACKET, "seqpacket"),
                pair(Type.STREAM, "stream"),
                loop(Type.SEQPACKET, "seqpacket"),
                loop(Type.STREAM, "stream"));
    }

    private Table pair(Type type, String name) {
        return table(type + ", write and read", lab.c("self_pair", name, BYTES, "dontwait", 1), bare(Calls.SEND_AND_RECV, type),
                List.of(new Row(CHANNELS, C, SelfPairTopic.ours(lab, type.name(), BYTES))));
    }

    private Table loop(Type type, String name) {
        return table(type + ", write, select and read", lab.c("epoll_loop", name, 1, BYTES, 1),
                bare(Calls.SEND_EPOLL_WAIT_AND_RECV, type),
                List.of(new Row(CHANNELS + " and selector", C, SelectorTopic.ours(lab, type.name(), 1))));
    }

    private static Table table(String title, Optional<Sampler> c, Sampler bare, List<Row> above) {
        List<Row> rows = new ArrayList<>();
        c.ifPresent(sampler -> rows.add(new Row(C, C, sampler)));
        rows.add(new Row(CALLS, C, bare));
        rows.addAll(above);
        return new Table("Where the time goes: " + title, rows);
    }

    private Sampler bare(Calls calls, Type type) {
        return lab.jmh(LayerBenchmark.class, Map.of("calls", calls, "type", type));
    }

    @Override
    public String text() {
        return """
                *Where the time goes*: the same system calls with 64 bytes from C, through this library's lowest layer from a loop that does
                nothing else, and through its channels and its selector. A recv of no descriptor is refused at once: it costs what getting into
                the kernel and back does, once without and once with the JVM's way into native code.
                """;
    }

    @Override
    public List<Table> tables() {
        return tables;
    }

    /** These rows explain others. */
    @Override
    public List<Bound> bounds() {
        return List.of();
    }
}
