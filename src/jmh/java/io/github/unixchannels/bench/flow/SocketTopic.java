// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.flow.SocketBenchmark.Way;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Sampler;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Timeouts, sockets as {@link java.net.Socket}, and virtual threads. */
public final class SocketTopic implements Topic {

    private static final int SMALL_BYTES = 64;
    private static final int LARGE_BYTES = 64 << 10;
    private static final int CONNECTIONS = 1000;
    private static final int FIRST_WITH_VIRTUAL = 21;
    private static final Rate LARGE_MIB = new Rate(new Column("MiB/s", "%.0f"), LARGE_BYTES / (double) (1 << 20));

    private final Lab lab;
    private final Table timedReady;
    private final Table timedWaiting;
    private final Table pingPong;
    private final Table oneWay;
    private final Table virtual;

    public SocketTopic(Lab lab) {
        this.lab = lab;
        List<SocketKind> timed = List.of(
                SocketKind.OURS_CHANNEL, SocketKind.OURS_CHANNEL_TIMED, SocketKind.OURS_SEQPACKET, SocketKind.OURS_SEQPACKET_TIMED,
                SocketKind.OURS_SOCKET, SocketKind.OURS_SOCKET_TIMED);
        List<SocketKind> sockets =
                List.of(SocketKind.OURS_SOCKET, SocketKind.OURS_CHANNEL, SocketKind.JUNIXSOCKET_SOCKET, SocketKind.JDK_STREAMS);
        timedReady = table("Write and read with timeouts, 64 bytes, blocking, one thread", timed, Way.ONE_THREAD);
        timedWaiting = table("Ping-pong with timeouts, 64 bytes, blocking, on one CPU", timed, Way.PING_PONG);
        pingPong = table("Ping-pong of sockets, 64 bytes, on one CPU", sockets, Way.PING_PONG);
        oneWay = new Table("One way of sockets, 64 KiB, a message", Cpus.count() < 2 ? List.of() : oneWayRows(sockets));
        virtual = new Table("A message and its answer on each of 1,000 connections, 64 bytes, virtual threads", virtualRows());
    }

    private Table table(String title, List<SocketKind> kinds, Way way) {
        return new Table(title, kinds.stream().map(kind -> row(kind, sampler(kind, way, SMALL_BYTES))).toList());
    }

    private List<Row> oneWayRows(List<SocketKind> kinds) {
        return kinds.stream().map(kind -> row(kind, LARGE_MIB.of(sampler(kind, Way.ONE_WAY, LARGE_BYTES)))).toList();
    }

    private List<Row> virtualRows() {
        List<Row> rows = new ArrayList<>();
        if (Runtime.version().feature() >= FIRST_WITH_VIRTUAL) {
            for (SocketKind kind : List.of(SocketKind.OURS_CHANNEL, SocketKind.OURS_SOCKET, SocketKind.JDK_CHANNEL)) {
                Map<String, Object> parameters = Map.of("kind", kind, "connections", CONNECTIONS);
                rows.add(row(kind, lab.jmh(VirtualThreadBenchmark.class, parameters)));
            }
        }
        return rows;
    }

    private Sampler sampler(SocketKind kind, Way way, int bytes) {
        return lab.jmh(SocketBenchmark.class, Map.of("kind", kind, "way", way, "bytes", bytes));
    }

    private static Row row(SocketKind kind, Sampler sampler) {
        return new Row(kind.title(), Names.C_STREAM, sampler);
    }

    @Override
    public String text() {
        return """
                *Timeouts*: SO_RCVTIMEO and SO_SNDTIMEO of 30 seconds, or SO_TIMEOUT of a socket, that never end an operation, beside the same without. One thread finds
                what it has written; two threads on one CPU wait for each other. *Sockets*: `java.net.Socket`, with arrays of bytes, beside our own channel, junixsocket's
                socket, and the streams of `java.nio.channels.Channels` on a channel of the JDK. *Virtual threads*: one at each end of 1,000 connections, each in a blocking
                read; an operation is a message and an answer on all of them.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.of(timedReady, timedWaiting, pingPong, oneWay, virtual);
    }

    @Override
    public List<Bound> bounds() {
        return List.of(
                Bound.ratio(timedReady, SocketKind.OURS_CHANNEL_TIMED.title(), Names.OURS_STREAM, 1.05),
                Bound.ratio(timedWaiting, SocketKind.OURS_CHANNEL_TIMED.title(), Names.OURS_STREAM, 1.05),
                Bound.ratio(pingPong, SocketKind.OURS_SOCKET.title(), Names.OURS_STREAM, 1.05),
                Bound.ratio(oneWay, SocketKind.OURS_SOCKET.title(), SocketKind.JUNIXSOCKET_SOCKET.title(), 1),
                Bound.ratio(virtual, SocketKind.OURS_CHANNEL.title(), SocketKind.JDK_CHANNEL.title(), 1),
                Bound.allocation(
                        "timeouts and sockets", Bound.NO_BYTES_OF_LONG, List.of(timedReady, timedWaiting, pingPong), name -> true));
    }
}
