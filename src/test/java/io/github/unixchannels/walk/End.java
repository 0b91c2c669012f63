// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One end of a link: a socket or an end of a pipe, whichever channels and descriptors share it. */
final class End {

    enum Kind {
        STREAM,
        SEQPACKET,
        DGRAM,
        PIPE,
        PLATFORM_UNIX,
        PLATFORM_TCP,
        PLATFORM_UDP,
        LISTENER,
        PLATFORM_LISTENER;

        boolean hasMessages() {
            return this == SEQPACKET || this == DGRAM || this == PLATFORM_UDP;
        }

        boolean isPlatform() {
            return this == PLATFORM_UNIX || this == PLATFORM_TCP || this == PLATFORM_UDP || this == PLATFORM_LISTENER;
        }
    }

    final Kind kind;

    /** What is received here; null of what is only written. */
    final Flow in;

    /** What is sent here; null of what is only read. */
    final Flow out;

    final List<Handle> handles = new CopyOnWriteArrayList<>();

    /** The other end; of a connection that was not accepted, its end until then. */
    volatile End peer;

    /** Whether the peer may see the end or a reset: a channel of it was closed or shut down, or is about to be. */
    volatile boolean mayEnd;

    volatile boolean inputShut;
    volatile boolean outputShut;

    /** Whether a datagram socket may have lost its peer. */
    volatile boolean mayBeDisconnected;

    /** Whether system calls on it may fail, so that it may take its peer for gone. */
    volatile boolean faulty;

    End(Kind kind, Flow in, Flow out) {
        this.kind = kind;
        this.in = in;
        this.out = out;
    }

    /** What is received here may be missing from now on, and the peer may be told that nothing comes. */
    void mayEnd() {
        mayEnd = true;
        if (in != null) {
            in.mayLose();
        }
        if (kind == Kind.PLATFORM_TCP && out != null) {
            out.mayLose(); // a reset overtakes bytes
        }
    }

    boolean peerMayEnd() {
        End other = peer;
        return other == null || other.mayEnd;
    }

    /** Whether the peer may have dropped what was sent to it, which is told as a reset. */
    boolean peerMayBeDisconnected() {
        End other = peer;
        return kind == Kind.DGRAM && other != null && (other.mayBeDisconnected || mayEnd || other.faulty);
    }

    @Override
    public String toString() {
        return kind + "(in=" + in + ", out=" + out + ")";
    }
}
