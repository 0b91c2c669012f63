// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.echo;

import io.github.unixchannels.bench.frame.BarChart;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.CPrograms;
import io.github.unixchannels.bench.frame.Chart;
import io.github.unixchannels.bench.frame.JavaRun;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.LineChart;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Messages to a server in another process and back, on so many connections at once. */
public final class TwoProcessEchoTopic implements Topic {

    private static final List<Integer> CONNECTIONS = List.of(1, 16, 256);
    private static final String NETTY_STREAM = "Netty epoll STREAM";
    private static final String JNR_STREAM = "jnr-unixsocket STREAM";
    private static final String STREAM = "stream";
    private static final String SEQPACKET = "seqpacket";

    private final Lab lab;
    private final List<Table> tables;

    public TwoProcessEchoTopic(Lab lab) {
        this.lab = lab;
        tables = lab.programs().map(c -> CONNECTIONS.stream().map(count -> table(c, count)).toList()).orElse(List.of());
    }

    private Table table(CPrograms c, int connections) {
        return new Table("Echo between two processes, " + EchoServer.BYTES + " bytes, " + connections(connections), List.of(
                java(c, Names.OURS_STREAM, Names.C_STREAM, ServerLibrary.OURS_STREAM, STREAM, connections),
                java(c, Names.JDK_STREAM, Names.C_STREAM, ServerLibrary.JDK_STREAM, STREAM, connections),
                java(c, NETTY_STREAM, Names.C_STREAM, ServerLibrary.NETTY_STREAM, STREAM, connections),
                c(c, Names.C_STREAM, STREAM, connections),
                java(c, Names.JUNIXSOCKET_STREAM, Names.C_STREAM, ServerLibrary.JUNIXSOCKET_STREAM, STREAM, connections),
                java(c, JNR_STREAM, Names.C_STREAM, ServerLibrary.JNR_STREAM, STREAM, connections),
                java(c, Names.OURS_SEQPACKET, Names.C_SEQPACKET, ServerLibrary.OURS_SEQPACKET, SEQPACKET, connections),
                c(c, Names.C_SEQPACKET, SEQPACKET, connections)));
    }

    private static String connections(int count) {
        return count == 1 ? "1 connection" : count + " connections";
    }

    private Row java(CPrograms programs, String name, String twin, ServerLibrary library, String type, int connections) {
        Function<Path, List<String>> server = path -> new JavaRun(EchoServer.class, library, path).command();
        return new Row(name, twin, new EchoRun(server, type, connections, programs, lab.settings()));
    }

    private Row c(CPrograms programs, String name, String type, int connections) {
        Function<Path, List<String>> server = path -> programs.command("echo_server", type, path, EchoServer.BYTES, 1);
        return new Row(name, name, new EchoRun(server, type, connections, programs, lab.settings()));
    }

    @Override
    public String text() {
        return """
                *Echo between two processes*: a server echoes what comes on any of its connections, in one thread with one selector
                (Netty: in one event loop of its epoll transport, Netty's defaults otherwise). The client is a C program, the same for
                every server, so that only the server differs, and quicker than each of those in Java: it sends a message on each
                connection, waits on epoll, and when an echo is back sends the next. The figure is the time measured, divided by the trips
                in it. The percentiles are those of the latencies of all round trips (HdrHistogram). The loop is closed: no message is
                sent before the echo of the one before it is back, so that a stall of the server holds messages back and counts once a
                connection; at a fixed rate of messages the high percentiles would be higher. Both processes are fresh, and warm up until
                the server's compiler rests. With one connection one of the two always waits for the other, and they share a processor, as
                the scheduler has it when left to itself: with two, most of the time is that of waking an idle processor. With more
                connections the client has a processor of its own. *Bytes* and *CPU* are those of the server's threads, without the
                compiler and the collector; of C, the CPU time of the process. Without `cc` there is no client, and nothing is measured.
                """;
    }

    @Override
    public List<Table> tables() {
        return tables;
    }

    @Override
    public List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        for (Table table : tables) {
            for (String other : List.of(Names.JDK_STREAM, Names.JUNIXSOCKET_STREAM, NETTY_STREAM)) {
                bounds.add(Bound.ratio(table, Names.OURS_STREAM, other, 1.00));
            }
            double ratio = table.column(Names.OURS_STREAM, EchoRun.P999) / table.column(Names.JDK_STREAM, EchoRun.P999);
            bounds.add(new Bound(table.title() + ", " + Names.OURS_STREAM + ", p99.9: times " + Names.JDK_STREAM, 1.00, ratio));
        }
        bounds.add(Bound.allocation("echo between two processes", Bound.NO_BYTES, tables, name -> true));
        return bounds;
    }

    @Override
    public List<Chart> charts() {
        BarChart rates = new BarChart("echo-rate", "Echo between two processes, by connections", "round trips a second");
        LineChart latencies = new LineChart(
                "echo-latency", "Echo between two processes: what 99.9 % of the round trips take at most", "connections", "µs");
        for (int i = 0; i < tables.size(); i++) {
            int connections = CONNECTIONS.get(i);
            for (Row row : tables.get(i).rows()) {
                rates.bar(connections(connections), row.name(), row.column(EchoRun.PER_SECOND));
                latencies.point(row.name(), connections, row.column(EchoRun.P999));
            }
        }
        return List.of(rates, latencies);
    }
}
