// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.github.unixchannels.bench.frame.BarChart;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.CPrograms;
import io.github.unixchannels.bench.frame.Chart;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** How long a process lives that sends and receives one message: what a library takes to start. */
public final class FirstMessageTopic implements Topic {

    private static final String EMPTY = "an empty main";
    private static final String UNPACKED = ", jffi unpacked";
    private static final String STREAM = "STREAM";
    private static final String SEQPACKET = "SEQPACKET";
    private static final String JNR = "(jnr|jffi|asm)-.*\\.jar";
    private static final String NETTY = "netty-.*\\.jar";

    private final Table pairs = new Table("First message", "ms", Names.JDK_STREAM, new ArrayList<>());
    private final Table servers = new Table("First message, accepted by a server", "ms", Names.JDK_STREAM, new ArrayList<>());
    private final Table archived = new Table(
            "First message, with class data sharing", "ms", Names.JDK_STREAM, new ArrayList<>());

    /** With what is measured; without a compiler for C nothing is. */
    public FirstMessageTopic(Lab lab) {
        lab.programs().ifPresent(c -> {
            addPairs(c);
            addServers(c);
            addArchived(c);
        });
    }

    private void addPairs(CPrograms c) {
        ProcessRun empty = add(pairs, c, null, EMPTY, () -> jvm(Jars.programs(), EmptyMain.class, ""));
        add(pairs, c, empty, Names.OURS_SEQPACKET, () -> ours(OursFirstMessage.class, SEQPACKET));
        add(pairs, c, empty, Names.JUNIXSOCKET_SEQPACKET, () -> junixsocket(JunixsocketFirstMessage.class, SEQPACKET));
        add(pairs, c, empty, Names.OURS_STREAM, () -> ours(OursFirstMessage.class, STREAM));
        add(pairs, c, empty, Names.JUNIXSOCKET_STREAM, () -> junixsocket(JunixsocketFirstMessage.class, STREAM));
        add(pairs, c, empty, Names.JDK_STREAM, () -> jvm(Jars.programs(), JdkFirstMessage.class, STREAM));
        add(pairs, c, empty, "jnr-unixsocket STREAM", () -> jvm(Jars.of(JNR), JnrFirstMessage.class, STREAM));
        add(pairs, c, empty, "Netty epoll STREAM", () -> jvm(Jars.of(NETTY), NettyFirstMessage.class, STREAM));
        addCommand(pairs, c, null, Names.C_SEQPACKET, () -> c.command("first_message", "seqpacket"));
    }

    private void addServers(CPrograms c) {
        ProcessRun empty = add(servers, c, null, EMPTY, () -> jvm(Jars.programs(), EmptyMain.class, ""));
        add(servers, c, empty, Names.OURS_SEQPACKET, () -> ours(OursFirstAccepted.class, SEQPACKET));
        add(servers, c, empty, Names.OURS_STREAM, () -> ours(OursFirstAccepted.class, STREAM));
        add(servers, c, empty, Names.JUNIXSOCKET_STREAM, () -> junixsocket(JunixsocketFirstAccepted.class, STREAM));
        add(servers, c, empty, Names.JDK_STREAM, () -> jvm(Jars.programs(), JdkFirstAccepted.class, STREAM));
    }

    private void addArchived(CPrograms c) {
        ProcessRun empty = addArchived(c, null, EMPTY, () -> jvm(Jars.programs(), EmptyMain.class, ""));
        addArchived(c, empty, Names.OURS_SEQPACKET, () -> ours(OursFirstMessage.class, SEQPACKET));
        addArchived(c, empty, Names.OURS_SEQPACKET + UNPACKED,
                () -> ours(OursFirstMessage.class, SEQPACKET).with("-Djffi.boot.library.path=" + Jars.unpackedJffi()));
        addArchived(c, empty, Names.JUNIXSOCKET_SEQPACKET, () -> junixsocket(JunixsocketFirstMessage.class, SEQPACKET));
        addArchived(c, empty, Names.JDK_STREAM, () -> jvm(Jars.programs(), JdkFirstMessage.class, STREAM));
    }

    private ProcessRun addArchived(CPrograms c, ProcessRun empty, String name, Callable<Jvm> program) {
        return addCommand(archived, c, empty, name, () -> Archive.command(name, program.call()));
    }

    private static ProcessRun add(Table table, CPrograms c, ProcessRun empty, String name, Callable<Jvm> program) {
        return addCommand(table, c, empty, name, () -> program.call().command());
    }

    private static ProcessRun addCommand(Table table, CPrograms c, ProcessRun empty, String name, Callable<List<String>> command) {
        ProcessRun run = new ProcessRun(c, empty, command);
        table.rows().add(new Row(name, "", run));
        return run;
    }

    private static Jvm ours(Class<?> program, String type) throws Exception {
        return jvm(Jars.ofThisLibrary(), program, type);
    }

    private static Jvm junixsocket(Class<?> program, String type) throws Exception {
        return jvm(Jars.of("junixsocket-.*\\.jar"), program, type);
    }

    /** Every program is told a path where it can bind a socket. */
    private static Jvm jvm(List<Path> classPath, Class<?> program, String type) {
        return new Jvm(List.of(), classPath, program, List.of(type, Jars.FOLDER.resolve("socket").toString()));
    }

    @Override
    public String text() {
        return """
                *First message*: a fresh JVM connects two channels, a pair where the library has one and else by way of a path, sends one
                message of %d bytes, receives it, and ends. The time is that from before the process is made to when it has ended, the CPU
                time that of all its threads, and *from main to the message* is as the program itself sees it. An empty main does none of
                it. The class path has what the library needs, as jars. *Accepted by a server*: a server and its client are in one process,
                and the server's selector selects the connection and then the message. *With class data sharing*: the JVM maps what it would
                load and verify from an archive that an earlier run has written (docs/startup.md); *jffi unpacked*: jffi's native part lies
                in a file, and is not taken out of its jar each time. Each figure of a round is the median of %d processes, after one that
                does not count.
                """.formatted(FirstMessage.BYTES, ProcessRun.TIMES);
    }

    @Override
    public List<Table> tables() {
        return List.of(pairs, servers, archived);
    }

    @Override
    public List<Bound> bounds() {
        return List.of(
                Bound.ratio(pairs, Names.OURS_SEQPACKET, Names.JUNIXSOCKET_SEQPACKET, 1.00),
                Bound.ratio(pairs, Names.OURS_STREAM, Names.JUNIXSOCKET_STREAM, 1.00),
                beyond(pairs, Names.OURS_SEQPACKET, Names.JUNIXSOCKET_SEQPACKET),
                Bound.ratio(servers, Names.OURS_STREAM, Names.JUNIXSOCKET_STREAM, 1.00),
                Bound.ratio(archived, Names.OURS_SEQPACKET, Names.JUNIXSOCKET_SEQPACKET, 1.20),
                Bound.ratio(archived, Names.OURS_SEQPACKET + UNPACKED, Names.JUNIXSOCKET_SEQPACKET, 1.00));
    }

    private static Bound beyond(Table table, String name, String other) {
        return new Bound(table.title() + ", " + name + ", beyond an empty main: times " + other, 1.00,
                table.column(name, ProcessRun.BEYOND) / table.column(other, ProcessRun.BEYOND));
    }

    @Override
    public List<Chart> charts() {
        BarChart chart = new BarChart("first-message", "A process that sends and receives one message", "ms");
        pairs.rows().forEach(row -> chart.bar("as the JVM starts", row.name(), row.value()));
        archived.rows().forEach(row -> chart.bar("with class data sharing", row.name(), row.value()));
        return List.of(chart);
    }
}
