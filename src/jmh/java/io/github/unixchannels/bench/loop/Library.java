// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.bench.frame.Names;
import java.util.function.Supplier;

/** Whose channels are measured. Public because JMH sets it. */
public enum Library {
    OURS_SEQPACKET(Names.OURS_SEQPACKET, Names.C_SEQPACKET, () -> new OwnChannels(UnixProtocolFamily.SEQPACKET)),
    OURS_STREAM(Names.OURS_STREAM, Names.C_STREAM, () -> new OwnChannels(UnixProtocolFamily.STREAM)),
    OURS_DGRAM(Names.OURS_DGRAM, Names.C_DGRAM, () -> new OwnChannels(UnixProtocolFamily.DGRAM)),
    JDK_STREAM(Names.JDK_STREAM, Names.C_STREAM, JdkChannels::new),
    JUNIXSOCKET_SEQPACKET(
            Names.JUNIXSOCKET_SEQPACKET, Names.C_SEQPACKET, () -> new JunixsocketChannels(UnixProtocolFamily.SEQPACKET)),
    JUNIXSOCKET_STREAM(Names.JUNIXSOCKET_STREAM, Names.C_STREAM, () -> new JunixsocketChannels(UnixProtocolFamily.STREAM)),
    JNR_STREAM("jnr-unixsocket STREAM", Names.C_STREAM, JnrChannels::new);

    private final String title;
    private final String twin;
    private final Supplier<Channels> channels;

    Library(String title, String twin, Supplier<Channels> channels) {
        this.title = title;
        this.twin = twin;
        this.channels = channels;
    }

    /** What its rows are called. */
    String title() {
        return title;
    }

    /** The row of C that does the same. */
    String twin() {
        return twin;
    }

    Channels channels() {
        return channels.get();
    }
}
