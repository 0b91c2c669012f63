// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import java.util.function.Supplier;

/** Whose channels are measured. Public because JMH sets it. */
public enum Library {
    OURS_SEQPACKET("unix-channels SEQPACKET", () -> new OwnChannels(UnixProtocolFamily.SEQPACKET)),
    OURS_STREAM("unix-channels STREAM", () -> new OwnChannels(UnixProtocolFamily.STREAM)),
    OURS_DGRAM("unix-channels DGRAM", () -> new OwnChannels(UnixProtocolFamily.DGRAM)),
    JDK_STREAM("JDK STREAM", JdkChannels::new),
    JUNIXSOCKET_SEQPACKET("junixsocket SEQPACKET", () -> new JunixsocketChannels(UnixProtocolFamily.SEQPACKET)),
    JUNIXSOCKET_STREAM("junixsocket STREAM", () -> new JunixsocketChannels(UnixProtocolFamily.STREAM)),
    JNR_STREAM("jnr-unixsocket STREAM", EnxioChannels::new);

    private final String row;
    private final Supplier<Channels> channels;

    Library(String row, Supplier<Channels> channels) {
        this.row = row;
        this.channels = channels;
    }

    /** How its rows are called. */
    String row() {
        return row;
    }

    Channels channels() {
        return channels.get();
    }
}
