// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Sampler;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A message written to one end of a pair and read from the other. */
public final class SelfPairTopic implements Topic {

    private static final List<Integer> SHORT_BYTES = List.of(64, 1 << 10);
    private static final List<Integer> LONG_BYTES = List.of(16 << 10, 128 << 10);
    private static final int SMALLEST_BYTES = SHORT_BYTES.get(0);
    private static final String PROGRAM = "self_pair";
    private static final String HEAP = ", heap buffers";

    private static final List<UnixProtocolFamily> FAMILIES =
            List.of(UnixProtocolFamily.SEQPACKET, UnixProtocolFamily.STREAM, UnixProtocolFamily.DGRAM);

    private final Lab lab;
    private final List<Table> ofShort = new ArrayList<>();
    private final List<Table> ofLong = new ArrayList<>();
    private final Table blocking;

    public SelfPairTopic(Lab lab) {
        this.lab = lab;
        SHORT_BYTES.forEach(bytes -> ofShort.addAll(List.of(direct(bytes), heap(bytes))));
        LONG_BYTES.forEach(bytes -> ofLong.addAll(List.of(direct(bytes), heap(bytes))));
        blocking = blocking(SMALLEST_BYTES);
    }

    private Table direct(int bytes) {
        LibraryRows rows = beside(bytes, false, "dontwait")
                .add(Library.OURS_DGRAM)
                .addC(UnixProtocolFamily.DGRAM, PROGRAM, bytes, "dontwait", 1)
                .add(Library.JUNIXSOCKET_SEQPACKET)
                .add(Library.JUNIXSOCKET_STREAM)
                .add(Library.JNR_STREAM);
        if (bytes == SMALLEST_BYTES) {
            for (UnixProtocolFamily family : FAMILIES) {
                rows.addC(Names.ONE_THREAD, family, PROGRAM, bytes, "dontwait", 0);
            }
        }
        return new Table("Write and read, " + bytes + " bytes, non-blocking", rows.rows());
    }

    private Table blocking(int bytes) {
        return new Table("Write and read, " + bytes + " bytes, blocking", beside(bytes, true, "blocking").rows());
    }

    private LibraryRows beside(int bytes, boolean blocking, String mode) {
        return new LibraryRows(lab, SelfPairBenchmark.class, Map.of("bytes", bytes, "blocking", blocking))
                .add(Library.OURS_SEQPACKET)
                .addC(UnixProtocolFamily.SEQPACKET, PROGRAM, bytes, mode, 1)
                .add(Library.JDK_STREAM)
                .add(Library.OURS_STREAM)
                .addC(UnixProtocolFamily.STREAM, PROGRAM, bytes, mode, 1);
    }

    /** A write and a read that do not block, of this library's channels of a type. */
    public static Sampler ours(Lab lab, String type, int bytes) {
        return lab.jmh(SelfPairBenchmark.class, Map.of("library", Library.valueOf("OURS_" + type), "bytes", bytes));
    }

    private Table heap(int bytes) {
        LibraryRows rows = new LibraryRows(lab, SelfPairBenchmark.class, Map.of("bytes", bytes, "direct", false))
                .add(Library.OURS_SEQPACKET)
                .add(Library.JDK_STREAM)
                .add(Library.OURS_STREAM)
                .add(Library.OURS_DGRAM)
                .add(Library.JUNIXSOCKET_SEQPACKET)
                .add(Library.JUNIXSOCKET_STREAM);
        return new Table("Write and read, " + bytes + " bytes, non-blocking" + HEAP, rows.rows());
    }

    @Override
    public String text() {
        return """
                *Write and read*: a buffer, direct where nothing else is said, is written to one end of a connected pair and read from the
                other, by one thread. C calls `send` and `recv`; what it takes in a process of one thread is given as well.
                """;
    }

    @Override
    public List<Table> tables() {
        return Stream.of(ofShort, ofLong, List.of(blocking)).flatMap(List::stream).toList();
    }

    @Override
    public List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        Stream.concat(ofShort.stream(), ofLong.stream()).forEach(table -> {
            if (!table.title().endsWith(HEAP)) {
                FAMILIES.forEach(family -> bounds.add(Bound.ratio(table, Names.OURS + family, "C " + family, 1.05)));
            }
            FAMILIES.forEach(family -> bounds.add(Bound.ratio(table, Names.OURS + family, Names.JDK_STREAM, 1.00)));
        });
        bounds.add(Bound.allocation("write and read", Bound.NO_BYTES, ofShort, name -> true));
        bounds.add(Bound.allocation("write and read, blocking", Bound.NO_BYTES, List.of(blocking), name -> true));
        bounds.add(Bound.allocation("write and read, long messages", Bound.NO_BYTES_OF_LONG, ofLong, name -> true));
        return bounds;
    }
}
