// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import io.github.unixchannels.UnixProtocolFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is measured: the tables, empty as yet. What is compared most stands next to each other, for it is measured in that order. */
final class Workload {

    private final Settings settings;
    private final Optional<CPrograms> programs;
    private final int descriptors;

    /** Measures with these settings, with C's programs if there are any, and with so many descriptors in a process at most. */
    Workload(Settings settings, Optional<CPrograms> programs, int descriptors) {
        this.settings = settings;
        this.programs = programs;
        this.descriptors = descriptors;
    }

    /** A write and a read. The others, beside the JDK and C, only where nothing blocks. */
    Table selfPair(int bytes, boolean blocking) {
        List<Row> rows = new ArrayList<>();
        rows.add(selfPair(Library.OURS_SEQPACKET, bytes, blocking));
        addSelfPair(rows, Names.C_SEQPACKET, "seqpacket", bytes, blocking, 1);
        rows.add(selfPair(Library.JDK_STREAM, bytes, blocking));
        rows.add(selfPair(Library.OURS_STREAM, bytes, blocking));
        addSelfPair(rows, Names.C_STREAM, "stream", bytes, blocking, 1);
        if (!blocking) {
            rows.add(selfPair(Library.JUNIXSOCKET_SEQPACKET, bytes, false));
            rows.add(selfPair(Library.JUNIXSOCKET_STREAM, bytes, false));
            addSelfPair(rows, Names.C_SEQPACKET, "seqpacket", bytes, false, 0);
            addSelfPair(rows, Names.C_STREAM, "stream", bytes, false, 0);
        }
        return new Table("Write and read, " + bytes + " bytes, " + (blocking ? "blocking" : "non-blocking"), rows);
    }

    /** A datagram sent and received with its sender, between two sockets that are connected to each other or not. */
    Table datagrams(int bytes, boolean connected) {
        Map<String, Object> parameters = Map.of("connected", connected, "bytes", bytes);
        String kind = connected ? "connected" : "unconnected";
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(Names.OURS_DGRAM, Names.C_DGRAM, new JmhRun(DatagramBenchmark.class, parameters, settings)));
        programs.ifPresent(c -> rows.add(new Row(
                Names.C_DGRAM, Names.C_DGRAM, c.sampler("datagram", kind, bytes, 1, settings.millis()))));
        return new Table("Send and receive, " + bytes + " bytes, " + kind, rows);
    }

    /** A message sent with nothing beside it to a receiver that would see it, or that asks for the sender's credentials. */
    Table messages(int bytes, boolean credentials) {
        List<Row> rows = new ArrayList<>();
        rows.add(ancillary(Names.OURS_SEQPACKET, Map.of("credentials", credentials, "bytes", bytes)));
        addAncillary(rows, 0, credentials ? "credentials" : "nothing", bytes);
        if (!credentials) {
            rows.add(junixsocketDescriptors(0, bytes));
        }
        return new Table("Send and receive, " + bytes + " bytes, " + (credentials ? "credentials" : "nothing") + " beside", rows);
    }

    /** A message sent and received with descriptors, which are taken and closed, or left for the next receive to close. */
    Table descriptors(int count, int bytes) {
        List<Row> rows = new ArrayList<>();
        rows.add(ancillary(Names.OURS_SEQPACKET + Names.TAKEN, Map.of("descriptors", count, "taken", true, "bytes", bytes)));
        addAncillary(rows, count, "nothing", bytes);
        rows.add(ancillary(Names.OURS_SEQPACKET + Names.NOT_TAKEN, Map.of("descriptors", count, "bytes", bytes)));
        rows.add(junixsocketDescriptors(count, bytes));
        String beside = count == 1 ? "1 descriptor beside" : count + " descriptors beside";
        return new Table("Send and receive, " + bytes + " bytes, " + beside, rows);
    }

    /** Messages in batches, and one at a time, on pairs. Of C, what is sent one at a time on SEQPACKET is the self-pair. */
    Table batches(int bytes) {
        List<Row> rows = new ArrayList<>();
        addBatches(rows, UnixProtocolFamily.SEQPACKET, Names.OURS_SEQPACKET, Names.C_SEQPACKET, bytes);
        addSelfPair(rows, Names.C_SEQPACKET, "seqpacket", bytes, false, 1);
        addBatches(rows, UnixProtocolFamily.DGRAM, Names.OURS_DGRAM, Names.C_DGRAM, bytes);
        return new Table("Batches of " + BatchBenchmark.MESSAGES + ", " + bytes + " bytes, a message", rows);
    }

    private void addBatches(List<Row> rows, UnixProtocolFamily family, String ours, String twin, int bytes) {
        rows.add(new Row(ours + Names.IN_BATCHES, twin + Names.IN_BATCHES,
                new JmhRun(BatchBenchmark.class, Map.of("family", family, "batched", true, "bytes", bytes), settings)));
        rows.add(new Row(ours, twin,
                new JmhRun(BatchBenchmark.class, Map.of("family", family, "batched", false, "bytes", bytes), settings)));
        String type = family.name().toLowerCase(Locale.ROOT);
        programs.ifPresent(c -> rows.add(new Row(twin + Names.IN_BATCHES, twin + Names.IN_BATCHES,
                c.sampler("batch", type, BatchBenchmark.MESSAGES, bytes, 1, settings.millis()))));
    }

    /** A turn of an event loop with so many keys, of which one is ready; of the others, what has descriptors enough. */
    Table selectorLoop(int keys) {
        List<Row> rows = new ArrayList<>();
        rows.add(selectorLoop(Library.OURS_SEQPACKET, keys));
        addSelectorLoop(rows, Names.C_SEQPACKET, "seqpacket", keys);
        rows.add(selectorLoop(Library.JDK_STREAM, keys));
        rows.add(selectorLoop(Library.OURS_STREAM, keys));
        addSelectorLoop(rows, Names.C_STREAM, "stream", keys);
        for (Library library : List.of(Library.JUNIXSOCKET_SEQPACKET, Library.JUNIXSOCKET_STREAM)) {
            if (library.descriptors(keys) <= descriptors) {
                rows.add(selectorLoop(library, keys));
            }
        }
        return new Table("Write, select and read, " + SelectorBenchmark.BYTES + " bytes, one ready of " + keys, rows);
    }

    /** A message to a server's loop and back: channels of the JDK in our selector and in its own, and ours beside such and alone. */
    Table echo() {
        List<Row> rows = new ArrayList<>();
        rows.add(echo(Names.OURS_TCP, EchoBenchmark.Loop.TCP_IN_OURS));
        rows.add(echo(Names.JDK_TCP, EchoBenchmark.Loop.TCP_IN_JDKS));
        rows.add(echo(Names.OURS_UNIX_BESIDE_TCP, EchoBenchmark.Loop.UNIX_BESIDE_TCP));
        rows.add(echo(Names.OURS_UNIX_ALONE, EchoBenchmark.Loop.UNIX_ALONE));
        return new Table("Echo by way of a selector, " + EchoBenchmark.BYTES + " bytes", rows);
    }

    private Row echo(String name, EchoBenchmark.Loop loop) {
        return new Row(name, Names.C_STREAM, new JmhRun(EchoBenchmark.class, Map.of("loop", loop), settings));
    }

    private Row selfPair(Library library, int bytes, boolean blocking) {
        Map<String, Object> parameters = Map.of("library", library, "bytes", bytes, "blocking", blocking);
        return new Row(Names.of(library), Names.twin(library), new JmhRun(SelfPairBenchmark.class, parameters, settings));
    }

    private void addSelfPair(List<Row> rows, String twin, String type, int bytes, boolean blocking, int idleThreads) {
        String name = idleThreads == 0 ? twin + Names.ONE_THREAD : twin;
        String waiting = blocking ? "blocking" : "dontwait";
        programs.ifPresent(c -> rows.add(
                new Row(name, twin, c.sampler("self_pair", type, bytes, waiting, idleThreads, settings.millis()))));
    }

    private Row ancillary(String name, Map<String, Object> parameters) {
        return new Row(name, Names.C_SEQPACKET, new JmhRun(AncillaryBenchmark.class, parameters, settings));
    }

    private Row junixsocketDescriptors(int count, int bytes) {
        Map<String, Object> parameters = Map.of("descriptors", count, "bytes", bytes);
        return new Row(Names.JUNIXSOCKET_SEQPACKET, Names.C_SEQPACKET,
                new JmhRun(JunixsocketDescriptorBenchmark.class, parameters, settings));
    }

    private void addAncillary(List<Row> rows, int descriptors, String receiver, int bytes) {
        programs.ifPresent(c -> rows.add(new Row(Names.C_SEQPACKET, Names.C_SEQPACKET,
                c.sampler("ancillary", descriptors, receiver, bytes, 1, settings.millis()))));
    }

    private Row selectorLoop(Library library, int keys) {
        Map<String, Object> parameters = Map.of("library", library, "keys", keys);
        return new Row(Names.of(library), Names.twin(library), new JmhRun(SelectorBenchmark.class, parameters, settings));
    }

    private void addSelectorLoop(List<Row> rows, String name, String type, int keys) {
        programs.ifPresent(c -> rows.add(
                new Row(name, name, c.sampler("epoll_loop", type, keys, SelectorBenchmark.BYTES, 1, settings.millis()))));
    }
}
