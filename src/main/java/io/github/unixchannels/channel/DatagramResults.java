// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import java.io.IOException;
import java.net.SocketAddress;

/** From what a send of a datagram returned to what an operation returns. Used by whoever has entered the descriptor for writing. */
final class DatagramResults {

    private final DatagramEndpoint association;
    private final DatagramReadiness readiness;

    DatagramResults(DatagramEndpoint association, DatagramReadiness readiness) {
        this.association = association;
        this.readiness = readiness;
    }

    /** Of what was sent to {@code to}; null: to the peer. */
    long sent(long n, SocketAddress to, int nothingSent) throws IOException {
        if (n >= 0) {
            readiness.accepted();
            return n;
        }
        if (n == -Errno.ETOOMANYREFS || n == -Errno.EAGAIN && to != null) {
            readiness.refused();
        }
        if (n == -Errno.ETOOMANYREFS || n == -Errno.EAGAIN) {
            return nothingSent;
        }
        if (to == null) {
            return written(n);
        }
        throw ErrnoExceptions.datagram("send", UnixAddresses.describe(to), n);
    }

    /** Of what was sent to the peer. When the kernel finds it gone it ends the connection, so that the next send fails otherwise. */
    long written(long n) throws IOException {
        if (n >= 0 || n == -Errno.EAGAIN) {
            return Math.max(0, n);
        }
        IOException failure = ErrnoExceptions.datagram("write", association, n);
        if (n == -Errno.ECONNREFUSED || n == -Errno.EPIPE) {
            try {
                association.disconnect();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }
}
