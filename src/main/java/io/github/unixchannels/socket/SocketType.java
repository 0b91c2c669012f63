// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.sys.Linux;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.util.Objects;

/** The types of AF_UNIX sockets that are connected. */
public enum SocketType {
    STREAM(Linux.SOCK_STREAM, UnixProtocolFamily.STREAM),
    SEQPACKET(Linux.SOCK_SEQPACKET, UnixProtocolFamily.SEQPACKET);

    private final int number;
    private final UnixProtocolFamily family;

    SocketType(int number, UnixProtocolFamily family) {
        this.number = number;
        this.family = family;
    }

    /**
     * The type that a protocol family stands for.
     *
     * @throws NullPointerException if it is null
     * @throws UnsupportedOperationException if it is none of AF_UNIX
     */
    public static SocketType of(ProtocolFamily family) {
        Objects.requireNonNull(family);
        if (family == StandardProtocolFamily.UNIX) {
            return STREAM;
        }
        for (SocketType type : values()) {
            if (type.family == family) {
                return type;
            }
        }
        throw new UnsupportedOperationException("Protocol family not supported: " + family.name());
    }

    /** The number that socket(2) knows it by. */
    int number() {
        return number;
    }

    public UnixProtocolFamily family() {
        return family;
    }
}
