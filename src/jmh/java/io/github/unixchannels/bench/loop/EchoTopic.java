// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.List;
import java.util.Map;

/** A message to a server's loop and back: channels of the JDK in our selector and in its own, and ours beside such and alone. */
public final class EchoTopic implements Topic {

    private static final String OURS_TCP = Names.OURS + "selector, TCP of the JDK";
    private static final String JDK_TCP = "JDK selector, TCP of the JDK";
    private static final String OURS_UNIX_ALONE = Names.OURS + "selector, STREAM";
    private static final String OURS_UNIX_BESIDE_TCP = OURS_UNIX_ALONE + ", beside TCP of the JDK";

    private final Table table;

    public EchoTopic(Lab lab) {
        table = new Table("Echo by way of a selector, " + EchoBenchmark.BYTES + " bytes", "ns", JDK_TCP, List.of(
                row(lab, OURS_TCP, EchoBenchmark.Loop.TCP_IN_OURS),
                row(lab, JDK_TCP, EchoBenchmark.Loop.TCP_IN_JDKS),
                row(lab, OURS_UNIX_BESIDE_TCP, EchoBenchmark.Loop.UNIX_BESIDE_TCP),
                row(lab, OURS_UNIX_ALONE, EchoBenchmark.Loop.UNIX_ALONE)));
    }

    private static Row row(Lab lab, String name, EchoBenchmark.Loop loop) {
        return new Row(name, "", lab.jmh(EchoBenchmark.class, Map.of("loop", loop)));
    }

    @Override
    public String text() {
        return """
                *Echo by way of a selector*: a client writes, the server's loop selects, reads and writes back, and the client reads, all in
                one thread. The server's channels are TCP channels of the JDK or Unix channels of this library; ten more of the JDK's are
                registered and idle where it says *beside*.
                """;
    }

    @Override
    public List<Table> tables() {
        return List.of(table);
    }

    /** What is allocated with channels of the JDK is the JDK's selector's own. */
    @Override
    public List<Bound> bounds() {
        double beyond = table.column(OURS_TCP, Column.BYTES) - table.column(JDK_TCP, Column.BYTES);
        return List.of(
                Bound.ratio(table, OURS_TCP, JDK_TCP, 1.15),
                Bound.ratio(table, OURS_UNIX_BESIDE_TCP, OURS_UNIX_ALONE, 1.05),
                new Bound("bytes allocated an operation: TCP of the JDK in our selector, beyond those in its own",
                        Bound.NO_BYTES_OF_LONG, beyond),
                Bound.allocation("echo", Bound.NO_BYTES_OF_LONG, tables(), name -> name.startsWith(OURS_UNIX_ALONE)));
    }
}
