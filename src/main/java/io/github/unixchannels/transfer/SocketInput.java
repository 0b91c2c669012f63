// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * What a read does on one type of socket.
 *
 * <p>Every method is called by the thread that has entered the descriptor for reading, on a connected socket, with {@link #buffers} that can be
 * received into and have room, unless the method says otherwise.
 */
public abstract class SocketInput {

    /** The end of the stream, as {@code read} returns it. */
    public static final int END = -1;

    /** There is nothing to read yet. Only where MSG_DONTWAIT was passed, or somebody else made the socket O_NONBLOCK. */
    public static final int UNAVAILABLE = -2;

    private final Connection connection;
    private final SocketDescriptor descriptor;
    private final BufferVector buffers;
    private final UnreadBytes kept = new UnreadBytes();
    private final InputWait wait;

    private boolean reset;

    public SocketInput(Connection connection) {
        this.connection = connection;
        this.descriptor = connection.descriptor();
        this.buffers = new BufferVector(connection);
        this.wait = new InputWait(connection);
    }

    /** The buffers of the operation in progress. */
    public final BufferVector buffers() {
        return buffers;
    }

    /** What was received and no buffer took. */
    final UnreadBytes kept() {
        return kept;
    }

    /**
     * Receives into the buffers, once.
     *
     * @param flags MSG_DONTWAIT, or 0 to wait in the kernel
     * @return how many bytes, {@link #END} or {@link #UNAVAILABLE}
     */
    abstract long tryRead(int flags) throws IOException;

    /**
     * As {@link #receive}, once.
     *
     * @param flags MSG_DONTWAIT, or 0 to wait in the kernel
     * @return what was received, which may be the end; null if there is nothing to receive yet
     */
    abstract MessageInfo tryReceive(NativeAncillaryData control, int flags) throws IOException;

    /**
     * Receives as the kernel does, with what came with the message. The buffers need not have room.
     *
     * @param timeoutNanos how long to wait: a number of {@link Timeout}; the end is returned also if the channel is closed meanwhile
     * @return what was received, which may be the end; null if there is nothing to receive yet
     * @throws SocketTimeoutException if the time is over
     */
    public final MessageInfo receive(OperationScope scope, NativeAncillaryData control, long timeoutNanos) throws IOException {
        int flags = wait.begin(timeoutNanos);
        do {
            MessageInfo info = tryReceive(control, flags);
            if (info != null || timeoutNanos == Timeout.NO_WAIT) {
                wait.end();
                return info;
            }
            flags = awaitInput(scope, "receive");
        } while (flags != InputWait.ENDED);
        return control.end(connection.remote());
    }

    /** Whether there are bytes that the kernel no longer has. Called by any thread. */
    public final boolean hasKept() {
        return kept.isPresent();
    }

    /** How many such bytes there are. Called by any thread, while a reader may take some. */
    public final int keptBytes() {
        return kept.remaining();
    }

    /**
     * Receives into the buffers, in which there is room. A read that waits waits for at least one byte: an empty message is passed over, as it
     * would be the end to the streams of {@link java.nio.channels.Channels}.
     *
     * @param timeoutNanos how long to wait: a number of {@link Timeout}
     * @return how many bytes, {@link #END}, also if the channel is closed while the read waits, or {@link #UNAVAILABLE}
     * @throws SocketTimeoutException if the time is over
     */
    public final long read(OperationScope scope, long timeoutNanos) throws IOException {
        int flags = wait.begin(timeoutNanos);
        do {
            long n = tryRead(flags);
            if (n > 0 || n == END || timeoutNanos == Timeout.NO_WAIT) {
                wait.end();
                return n;
            }
            flags = n == 0 ? wait.next("read") : awaitInput(scope, "read");
        } while (flags != InputWait.ENDED);
        return END;
    }

    /**
     * A read without room: 0.
     *
     * @throws java.net.SocketException if the connection has been reset
     */
    public final long readNothing() throws IOException {
        requireNotReset("read");
        return 0;
    }

    /** As {@link InputWait#await}; it is over also once the input is shut down. */
    final int awaitInput(OperationScope scope, String operation) throws IOException {
        return connection.isInputShutdown() ? InputWait.ENDED : wait.await(scope, operation);
    }

    final Connection connection() {
        return connection;
    }

    final InputWait inputWait() {
        return wait;
    }

    final SocketDescriptor descriptor() {
        return descriptor;
    }

    /** Turns a result below 0 into what the caller of a read or a receive sees. */
    final int failed(String operation, long result) throws IOException {
        if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
            return UNAVAILABLE;
        }
        if (result == -Errno.ECONNRESET) {
            reset = true;
        }
        throw ErrnoExceptions.io(operation, connection, result);
    }

    /**
     * Checks that the connection has not been reset. The kernel says so once; here it is every read's answer from then on.
     *
     * @throws java.net.SocketException if it has
     */
    public final void requireNotReset(String operation) throws IOException {
        if (reset) {
            throw ErrnoExceptions.io(operation, connection, -Errno.ECONNRESET);
        }
    }

    final IOException lost(long messageBytes, long roomBytes) {
        return new IOException("read(" + connection + "): a message of " + messageBytes + " bytes is longer than the " + roomBytes
                + " bytes that could take it, and is lost");
    }
}
