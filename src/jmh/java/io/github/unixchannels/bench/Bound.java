// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    /** Of the selector, by how many keys there are. */
    static List<Bound> ofSelector(Map<Integer, Table> tables) {
        List<Bound> bounds = new ArrayList<>();
        Row one = tables.get(1).row(Names.OURS_SEQPACKET).orElseThrow();
        tables.forEach((keys, table) -> {
            if (keys > 1) {
                double ratio = table.row(Names.OURS_SEQPACKET).orElseThrow().ratioTo(one);
                bounds.add(new Bound("selector, one ready of " + keys + ", SEQPACKET: times one ready of 1", 1.10, ratio));
            }
            bounds.add(new Bound("selector, one ready of " + keys + ", STREAM: times the JDK's", 1.00,
                    table.ratio(Names.OURS_STREAM, Names.JDK_STREAM)));
        });
        return bounds;
    }

    /** Of the memory that our channels and our selector allocate. */
    static Bound ofAllocation(List<Table> tables) {
        double most = tables.stream()
                .flatMap(table -> table.rows().stream())
                .filter(row -> row.name().startsWith(Names.OURS))
                .mapToDouble(Row::allocatedBytes)
                .max()
                .orElse(Double.NaN);
        return new Bound("bytes allocated an operation, the most of all rows of unix-channels", NOTHING_BYTES, most);
    }
}
