// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.net.ProtocolFamily;

/**
 * The socket types of AF_UNIX, as what {@code open(ProtocolFamily)} takes.
 *
 * <p>{@link java.net.StandardProtocolFamily#UNIX} means {@link #STREAM}. Source: unix(7), socket(2).
 */
public enum UnixProtocolFamily implements ProtocolFamily {

    /** SOCK_STREAM: connected, bytes in order, no boundaries. */
    STREAM,

    /**
     * SOCK_SEQPACKET: connected, messages in order, boundaries kept. One write is one message; a read returns bytes of one message
     * only.
     */
    SEQPACKET,

    /** SOCK_DGRAM: messages with or without a connection, boundaries and order kept, none lost on the way. */
    DGRAM
}
