// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Timeout;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.IllegalBlockingModeException;

/**
 * The operations of a channel in blocking mode as {@link java.net.Socket} has them: each with a timeout of its own, in nanoseconds. A timeout of
 * 0 is that of the channel: SO_RCVTIMEO of a read, SO_SNDTIMEO of a write and a connect.
 *
 * <ul>
 *   <li>An interrupt of a platform thread changes nothing, and the interrupt status stays set.
 *   <li>An interrupt of a virtual thread closes the channel if the operation has to wait: {@link java.nio.channels.ClosedByInterruptException}.
 *   <li>A close by another thread ends the operation: {@link AsynchronousCloseException}. An operation that begins on a closed channel throws
 *       {@link java.nio.channels.ClosedChannelException}.
 *   <li>An operation whose time is over throws {@link java.net.SocketTimeoutException}. No byte is lost, and the channel goes on, except after
 *       a connect.
 *   <li>A channel in non-blocking mode: {@link IllegalBlockingModeException}.
 * </ul>
 *
 * <p>Safe for use by several threads: one may read while one writes. Nothing is allocated by a read or a write that succeeds.
 */
public final class SocketOperations {

    private final NativeSocketChannel channel;
    private final ConnectionOperations operations;

    SocketOperations(NativeSocketChannel channel, ConnectionOperations operations) {
        this.channel = channel;
        this.operations = operations;
    }

    /**
     * Reads at least one byte into a buffer with room, and waits for it. Empty messages of SEQPACKET are passed over.
     *
     * @return how many bytes; 0 if the buffer has no room; -1 at the end of the stream, or once the input is shut down
     * @throws java.nio.channels.NotYetConnectedException if the channel is not connected
     */
    public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
        requireBlocking();
        boolean room = dst.hasRemaining();
        int n = (int) operations.read(dst, null, 0, 1, timeoutNanos == Timeout.NONE ? operations.receiveTimeoutNanos() : timeoutNanos);
        if (n == 0 && room) {
            throw new IllegalBlockingModeException(); // the mode was changed meanwhile
        }
        return n;
    }

    /**
     * Writes all that remains in a buffer, on SEQPACKET as one message.
     *
     * @throws java.net.SocketTimeoutException if not all bytes are written in that time: {@code bytesTransferred} tells how many are, and
     *     the buffer's position is behind them
     * @throws java.nio.channels.NotYetConnectedException if the channel is not connected
     * @throws java.nio.channels.ClosedChannelException if the output is shut down
     */
    public void write(ByteBuffer src, long timeoutNanos) throws IOException {
        requireBlocking();
        operations.write(src, null, 0, 1, orSendTimeout(timeoutNanos));
        if (src.hasRemaining()) {
            if (!channel.isOpen()) {
                throw new AsynchronousCloseException();
            }
            finish(src, timeoutNanos);
        }
    }

    /** After a write that ended early: because the connection failed, which the next write tells, or the mode was changed. */
    private void finish(ByteBuffer src, long timeoutNanos) throws IOException {
        do {
            requireBlocking();
            operations.write(src, null, 0, 1, orSendTimeout(timeoutNanos));
        } while (src.hasRemaining());
    }

    /**
     * Connects, and waits for room in the listener's backlog. A connect that fails closes the channel, a connect whose time is over too.
     *
     * @throws java.nio.channels.AlreadyConnectedException if the channel is connected
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no AF_UNIX address
     */
    public void connect(SocketAddress remote, long timeoutNanos) throws IOException {
        requireBlocking();
        if (!operations.connect(remote, orSendTimeout(timeoutNanos))) {
            throw new IllegalBlockingModeException();
        }
    }

    /** How many bytes can be read without waiting. System call: ioctl(2), FIONREAD. Waits for nothing. */
    public int available() throws IOException {
        return operations.available();
    }

    private long orSendTimeout(long timeoutNanos) {
        return timeoutNanos == Timeout.NONE ? operations.sendTimeoutNanos() : timeoutNanos;
    }

    private void requireBlocking() {
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }
}
