// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.message;

import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.Row;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A message with what travels beside it: nothing, credentials, descriptors. */
public final class AncillaryTopic implements Topic {

    private static final int BYTES = 64;

    /** Of descriptors: taken out of what was received, and closed. */
    private static final String TAKEN = ", taken";

    private static final String NOT_TAKEN = ", not taken";

    private final Lab lab;
    private final List<Table> tables;

    public AncillaryTopic(Lab lab) {
        this.lab = lab;
        tables = List.of(messages(false), messages(true), descriptors(1), descriptors(16));
    }

    private Table messages(boolean credentials) {
        List<Row> rows = new ArrayList<>();
        rows.add(ours("", Map.of("credentials", credentials, "bytes", BYTES)));
        addC(rows, 0, credentials ? "credentials" : "nothing");
        if (!credentials) {
            rows.add(junixsocket(0));
        }
        return new Table("Send and receive, " + BYTES + " bytes, " + (credentials ? "credentials" : "nothing") + " beside", rows);
    }

    private Table descriptors(int count) {
        List<Row> rows = new ArrayList<>();
        rows.add(ours(TAKEN, Map.of("descriptors", count, "taken", true, "bytes", BYTES)));
        addC(rows, count, "nothing");
        rows.add(ours(NOT_TAKEN, Map.of("descriptors", count, "bytes", BYTES)));
        rows.add(junixsocket(count));
        String beside = count == 1 ? "1 descriptor beside" : count + " descriptors beside";
        return new Table("Send and receive, " + BYTES + " bytes, " + beside, rows);
    }

    private Row ours(String how, Map<String, Object> parameters) {
        return new Row(Names.OURS_SEQPACKET + how, Names.C_SEQPACKET, lab.jmh(AncillaryBenchmark.class, parameters));
    }

    private Row junixsocket(int descriptors) {
        Map<String, Object> parameters = Map.of("descriptors", descriptors, "bytes", BYTES);
        return new Row(Names.JUNIXSOCKET_SEQPACKET, Names.C_SEQPACKET, lab.jmh(JunixsocketDescriptorBenchmark.class, parameters));
    }

    private void addC(List<Row> rows, int descriptors, String receiver) {
        lab.c("ancillary", descriptors, receiver, BYTES, 1)
                .ifPresent(c -> rows.add(new Row(Names.C_SEQPACKET, Names.C_SEQPACKET, c)));
    }

    @Override
    public String text() {
        return """
                *Beside*: a message goes from one end of a SEQPACKET pair to the other with an `AncillaryData` for what travels beside it:
                nothing; the sender's credentials, for which the receiver has set SO_PASSCRED; duplicates of one descriptor of `/dev/null`.
                All descriptors that come are closed, and that is measured too: *taken*, each by its new owner; *not taken*, by the next
                receive. C calls `recvmsg` on a socket with SO_TIMESTAMP as ours is, `sendmsg` where there are descriptors, and `close`.
                junixsocket's SEQPACKET is a `DatagramChannel`; descriptors come to it as `FileDescriptor`, which a `FileInputStream`
                closes. It knows the credentials of a peer (SO_PEERCRED), not those of a message.
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
            table.rows().stream()
                    .map(Row::name)
                    .filter(name -> name.startsWith(Names.OURS))
                    .forEach(name -> bounds.add(Bound.ratio(table, name, Names.C_SEQPACKET, 1.15)));
        }
        bounds.add(Bound.allocation("no descriptors beside", Bound.NO_BYTES, tables, Names.OURS_SEQPACKET::equals));
        // Nothing is promised of descriptors that are taken: each has an owner.
        bounds.add(Bound.allocation("descriptors not taken", Bound.NO_BYTES_OF_LONG, tables, name -> name.endsWith(NOT_TAKEN)));
        return bounds;
    }
}
