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

/** What a server holds for an idle connection, and a process for a thread that has sent something. */
public final class MemoryTopic implements Topic {

    private static final int CONNECTIONS = 10_000;
    private static final int FEWER_CONNECTIONS = 9_000;
    private static final int FIRST = 1_000;
    private static final int THREADS = 1_000;
    private static final int OTHER_DESCRIPTORS = 200;
    private static final String STREAM = "STREAM";
    private static final String SEQPACKET = "SEQPACKET";
    private static final String JNR_STREAM = "jnr-unixsocket STREAM";
    private static final String NETTY_STREAM = "Netty epoll STREAM";

    private final int descriptors;
    private final Table table = new Table("An idle connection", "KiB", Names.JDK_STREAM, new ArrayList<>());
    private final Table threads = new Table("A thread that sent one heap buffer", "KiB", Names.JDK_STREAM, new ArrayList<>());

    /** With what is measured; without a compiler for C nothing is. */
    public MemoryTopic(Lab lab) {
        descriptors = lab.descriptors();
        lab.programs().ifPresent(this::addAll);
        addThreads(Names.OURS_STREAM, Jars::ofThisLibrary, OursSendingThreads.class, STREAM);
        addThreads(Names.JDK_STREAM, Jars::programs, JdkSendingThreads.class, STREAM);
        addThreads(Names.OURS_SEQPACKET, Jars::ofThisLibrary, OursSendingThreads.class, SEQPACKET);
    }

    private void addThreads(String name, Callable<List<Path>> classPath, Class<?> program, String type) {
        threads.rows().add(new Row(name, "", new ThreadsRun(classPath, program, type, THREADS)));
    }

    private void addAll(CPrograms c) {
        add(c, Names.OURS_STREAM, Jars::ofThisLibrary, OursIdle.class, STREAM, CONNECTIONS, 1);
        add(c, Names.JDK_STREAM, Jars::programs, JdkIdle.class, STREAM, CONNECTIONS, 1);
        add(c, Names.OURS_SEQPACKET, Jars::ofThisLibrary, OursIdle.class, SEQPACKET, CONNECTIONS, 1);
        add(c, Names.JUNIXSOCKET_STREAM, () -> Jars.of("junixsocket-.*\\.jar"), JunixsocketIdle.class, STREAM, FEWER_CONNECTIONS, 2);
        add(c, JNR_STREAM, () -> Jars.of("(jnr|jffi|asm)-.*\\.jar"), JnrIdle.class, STREAM, CONNECTIONS, 1);
        add(c, NETTY_STREAM, () -> Jars.of("netty-.*\\.jar"), NettyIdle.class, STREAM, CONNECTIONS, 1);
    }

    private void add(
            CPrograms c, String name, Callable<List<Path>> classPath, Class<?> server, String type, int connections,
            int descriptorsOfEach) {
        if (connections * descriptorsOfEach + OTHER_DESCRIPTORS <= descriptors) {
            table.rows().add(new Row(name, "", new IdleRun(c, classPath, server, type, FIRST, connections)));
        }
    }

    @Override
    public String text() {
        return """
                *An idle connection*: a server has %d connections, whose clients are in another process; each is registered with the
                server's one selector, and nothing is sent. The figure is the growth of the resident memory of the server's process (VmRSS)
                from the first %d connections to all, after a garbage collection, for each connection; *Java heap* is the growth of what the
                collector leaves. What the kernel holds for a socket is in neither. junixsocket has two descriptors for a channel, and is
                measured with %d connections. All JVMs have the options `%s`.

                *A thread that sent one heap buffer*: %d threads each send one heap buffer of 8 KiB over the same connection, and live on. The
                figure is the growth of the resident memory of the process for each thread, its stack included, after a garbage collection.
                """.formatted(CONNECTIONS, FIRST, FEWER_CONNECTIONS, String.join(" ", IdleRun.OPTIONS), THREADS);
    }

    @Override
    public List<Table> tables() {
        return List.of(table, threads);
    }

    @Override
    public List<Bound> bounds() {
        return List.of(
                Bound.ratio(table, Names.OURS_STREAM, Names.JDK_STREAM, 1.00),
                Bound.ratio(table, Names.OURS_SEQPACKET, Names.JDK_STREAM, 1.00),
                Bound.ratio(threads, Names.OURS_STREAM, Names.JDK_STREAM, 1.20),
                Bound.ratio(threads, Names.OURS_SEQPACKET, Names.JDK_STREAM, 1.20),
                heap(Names.OURS_STREAM, 1.10),
                heap(Names.OURS_SEQPACKET, 1.20));
    }

    private Bound heap(String name, double limit) {
        return new Bound(table.title() + ", " + name + ", Java heap: times " + Names.JDK_STREAM, limit,
                table.column(name, IdleRun.HEAP) / table.column(Names.JDK_STREAM, IdleRun.HEAP));
    }

    @Override
    public List<Chart> charts() {
        BarChart chart = new BarChart("memory", "Resident memory for an idle connection", "KiB");
        table.rows().forEach(row -> chart.bar("STREAM and SEQPACKET", row.name(), row.value()));
        return List.of(chart);
    }
}
