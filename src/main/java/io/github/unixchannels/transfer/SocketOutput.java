// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.NativeAncillaryData;
import java.io.IOException;
import java.net.SocketAddress;

/**
 * What a write and a send do on one type of socket.
 *
 * <p>Every method is called by the thread that has entered the descriptor for writing.
 */
public interface SocketOutput {

    /** The buffers of the operation in progress. */
    BufferVector buffers();

    /**
     * Sends what remains in the buffers, which may be nothing, and moves their positions by what was sent.
     *
     * @param control what is sent with the first bytes; null: nothing, and this is a write
     * @param target where to; null: to the peer
     * @param timeoutNanos how long to wait for room until all is sent: a number of {@link Timeout}
     * @return how many bytes, on a stream possibly fewer than remain; if nothing was sent, an error number negated: {@code -EAGAIN} without
     *     room, or if the channel is closed while this waits, {@code -ETOOMANYREFS} while too many descriptors are underway
     * @throws java.net.SocketTimeoutException if the time is over, with the number of bytes that were sent
     */
    long send(OperationScope scope, NativeAncillaryData control, SocketAddress target, long timeoutNanos) throws IOException;
}
