// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.PeerCredentials;
import java.time.Duration;
import java.util.List;

/** One way to send messages there and their answers back. */
interface Exchange {

    /** Sends every message, and compares every answer with what was sent. */
    Report run(List<byte[]> messages) throws Exception;

    /**
     * What crossed, both ways together.
     *
     * @param way what it crossed
     * @param boundariesKept messages that arrived as they were sent: neither cut nor joined
     * @param peer who the client was, as the server saw it
     */
    record Report(String way, long messages, long bytes, long boundariesKept, PeerCredentials peer, Duration elapsed) {

        static final String HEADING =
                String.format("%-24s %9s %10s %10s %8s %6s %6s %9s", "", "messages", "bytes", "kept", "pid", "uid", "gid", "ms");

        @Override
        public String toString() {
            return String.format("%-24s %9d %10d %10d %8d %6d %6d %9.1f",
                    way, messages, bytes, boundariesKept, peer.pid(), peer.uid(), peer.gid(), elapsed.toNanos() / 1e6);
        }
    }
}
