// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.UnixDatagramChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * A datagram from a socket that is open for that time. No descriptor stays open, and the interrupt of one thread, which closes a channel,
 * is no other thread's matter.
 */
final class OneDatagram {

    private OneDatagram() {}

    /** socket(2), sendto(2) or sendmsg(2), close(2). */
    static void send(ByteBuffer datagram, SocketAddress address, AncillaryData ancillary) throws IOException {
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            if (ancillary == null) {
                channel.send(datagram, address);
            } else {
                channel.send(datagram, address, ancillary);
            }
        }
    }

    /** What sends. */
    @FunctionalInterface
    interface Sending {
        void run() throws IOException;
    }

    /**
     * Sends although the thread has been interrupted before, for a program that ends has something to say too. The interrupt status is
     * the same afterwards. An interrupt from now on ends a wait for room.
     */
    static void sendThoughInterrupted(Sending sending) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            sending.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
