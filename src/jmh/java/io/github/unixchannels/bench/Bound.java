// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What was promised of the figures, and what became of it.
 *
 * @param promise in words
 * @param limit the most that it may be
 * @param value what it is; NaN if that was not measured
 */
record Bound(String promise, double limit, double value) {

    /** Less is what the profiler itself allocates: no object is smaller than 16 bytes. */
    private static final double NOTHING_BYTES = 0.5;

    /** The same of operations that take several times as long, in which the profiler's share is as many times larger. */
    private static final double NOTHING_IN_LONG_BYTES = 2;

    String verdict() {
        if (Double.isNaN(value)) {
            return "not measured";
        }
        return value <= limit ? "kept" : "missed";
    }

    /** Of a write and a read that do not block. */
    static List<Bound> ofSelfPair(int bytes, Table table) {
        String what = "SEQPACKET, " + bytes + " bytes, non-blocking: times ";
        return List.of(
                new Bound(what + "C's send and recv", 1.20, table.ratio(Names.OURS_SEQPACKET, Names.C_SEQPACKET)),
                new Bound(what + "the JDK's STREAM", 1.10, table.ratio(Names.OURS_SEQPACKET, Names.JDK_STREAM)));
    }

    /** Of a datagram sent and received. */
    static Bound ofDatagrams(Table table) {
        return new Bound("DGRAM, " + table.title() + ": times C's", 1.10, table.ratio(Names.OURS_DGRAM, Names.C_DGRAM));
    }

    /** Of a message with what travels beside it. */
    static List<Bound> ofAncillary(Table table) {
        return table.rows().stream()
                .map(Row::name)
                .filter(name -> name.startsWith(Names.OURS))
                .map(name -> new Bound(
                        "SEQPACKET, " + table.title() + name.substring(Names.OURS_SEQPACKET.length()) + ": times C's", 1.15,
                        table.ratio(name, Names.C_SEQPACKET)))
                .toList();
    }

    /** Of messages in batches, beside one at a time and beside C. */
    static List<Bound> ofBatches(Table table) {
        return Stream.of(List.of(Names.OURS_SEQPACKET, Names.C_SEQPACKET), List.of(Names.OURS_DGRAM, Names.C_DGRAM))
                .flatMap(names -> {
                    String ours = names.get(0);
                    String what = ours.substring(Names.OURS.length()) + ", " + table.title() + ": times ";
                    return Stream.of(
                            new Bound(what + "one at a time", 0.75, table.ratio(ours + Names.IN_BATCHES, ours)),
                            new Bound(what + "C's batches", 1.10,
                                    table.ratio(ours + Names.IN_BATCHES, names.get(1) + Names.IN_BATCHES)));
                })
                .toList();
    }

    /** Of channels of the JDK in our selector, and of ours beside them. What is allocated is the JDK's selector's own. */
    static List<Bound> ofEcho(Table table) {
        double bytes = table.row(Names.OURS_TCP).map(Row::allocatedBytes).orElse(Double.NaN);
        double jdkBytes = table.row(Names.JDK_TCP).map(Row::allocatedBytes).orElse(Double.NaN);
        return List.of(
                new Bound("echo, TCP of the JDK in our selector: times in its own", 1.15, table.ratio(Names.OURS_TCP, Names.JDK_TCP)),
                new Bound("echo, STREAM beside TCP of the JDK: times alone", 1.05,
                        table.ratio(Names.OURS_UNIX_BESIDE_TCP, Names.OURS_UNIX_ALONE)),
                new Bound(
                        "echo, TCP of the JDK in our selector: bytes allocated beyond those in its own", NOTHING_IN_LONG_BYTES,
                        bytes - jdkBytes));
    }

    /** Of the selector, by how many keys there are. */
    static List<Bound> ofSelector(Map<Integer, Table> tables) {
        List<Bound> bounds = new ArrayList<>();
        Optional<Row> one = Optional.ofNullable(tables.get(1)).flatMap(table -> table.row(Names.OURS_SEQPACKET));
        tables.forEach((keys, table) -> {
            if (keys > 1) {
                double ratio = one.map(table.row(Names.OURS_SEQPACKET).orElseThrow()::ratioTo).orElse(Double.NaN);
                bounds.add(new Bound("selector, one ready of " + keys + ", SEQPACKET: times one ready of 1", 1.10, ratio));
            }
            bounds.add(new Bound("selector, one ready of " + keys + ", STREAM: times the JDK's", 1.00,
                    table.ratio(Names.OURS_STREAM, Names.JDK_STREAM)));
        });
        return bounds;
    }

    /** Of the memory that our channels and our selector allocate. Nothing is promised of descriptors that are taken: each has an owner. */
    static List<Bound> ofAllocation(List<Table> tables) {
        double most = most(tables, name -> !name.endsWith(Names.TAKEN) && !isLong(name));
        double ofLong = most(tables, Bound::isLong);
        return List.of(
                new Bound("bytes allocated an operation, the most of unix-channels without descriptors and echo", NOTHING_BYTES, most),
                new Bound("bytes allocated an operation, descriptors not taken, and echo", NOTHING_IN_LONG_BYTES, ofLong));
    }

    private static boolean isLong(String name) {
        return name.endsWith(Names.NOT_TAKEN) || name.equals(Names.OURS_UNIX_ALONE) || name.equals(Names.OURS_UNIX_BESIDE_TCP);
    }

    private static double most(List<Table> tables, Predicate<String> named) {
        return tables.stream()
                .flatMap(table -> table.rows().stream())
                .filter(row -> row.name().startsWith(Names.OURS) && !row.name().equals(Names.OURS_TCP) && named.test(row.name()))
                .mapToDouble(Row::allocatedBytes)
                .max()
                .orElse(Double.NaN);
    }
}
