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
     * @param refused how often a send or a write found no room and had to be done again
     * @param peer who the client was, as the server saw it; null if the kernel does not tell
     */
    record Report(String way, long messages, long bytes, long boundariesKept, long refused, PeerCredentials peer, Duration elapsed) {

        private static final String ROW = "%-20s %9s %10s %9s %8s %8s %6s %6s %9s";

        static final String HEADING = String.format(ROW, "", "messages", "bytes", "kept", "refused", "pid", "uid", "gid", "ms");

        @Override
        public String toString() {
            String millis = String.format("%.1f", elapsed.toNanos() / 1e6);
            return peer == null
                    ? String.format(ROW, way, messages, bytes, boundariesKept, refused, "", "", "", millis)
                    : String.format(ROW, way, messages, bytes, boundariesKept, refused, peer.pid(), peer.uid(), peer.gid(), millis);
        }
    }
}
