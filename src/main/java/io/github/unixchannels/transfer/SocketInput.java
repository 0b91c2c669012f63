// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;

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
    private final Syscalls sys;
    private final BufferVector buffers;
    private final UnreadBytes kept = new UnreadBytes();

    private boolean reset;

    public SocketInput(Connection connection) {
        this.connection = connection;
        this.descriptor = connection.descriptor();
        this.sys = descriptor.sys();
        this.buffers = new BufferVector(connection);
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
     * Receives into the buffers.
     *
     * @param flags MSG_DONTWAIT, or 0 to wait in the kernel
     * @return how many bytes, {@link #END} or {@link #UNAVAILABLE}
     */
    public abstract long read(int flags) throws IOException;

    /**
     * Receives as the kernel does, with what came beside. The buffers need not have room.
     *
     * @param flags MSG_DONTWAIT, or 0 to wait in the kernel
     * @return what was received, which may be the end; null if there is nothing to receive yet
     */
    public abstract MessageInfo receive(NativeAncillaryData control, int flags) throws IOException;

    /** As {@link #receive}, but waits; the end also if the channel is closed meanwhile. */
    public final MessageInfo receiveWaiting(NativeAncillaryData control) throws IOException {
        for (;;) {
            MessageInfo info = receive(control, connection.waitFlags(Descriptor.READING));
            if (info != null) {
                return info;
            }
            if (!awaitInput()) {
                return control.end(connection.remote());
            }
        }
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
     * As {@link #read}, but waits for at least one byte: an empty message is passed over, as it would be the end to the streams of
     * {@link java.nio.channels.Channels}. {@link #END} also if the channel is closed meanwhile.
     */
    public final long readWaiting() throws IOException {
        for (;;) {
            long n = read(connection.waitFlags(Descriptor.READING));
            if (n > 0 || n == END) {
                return n;
            }
            if (n == UNAVAILABLE && !awaitInput()) {
                return END;
            }
        }
    }

    final boolean awaitInput() throws IOException {
        if (descriptor.isClosed() || connection.isInputShutdown()) {
            return false;
        }
        int result = Waiting.await(descriptor, Linux.POLLIN, -1);
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", connection, result);
        }
        return true;
    }

    final Connection connection() {
        return connection;
    }

    final SocketDescriptor descriptor() {
        return descriptor;
    }

    final Syscalls sys() {
        return sys;
    }

    /** recv(2), whatever signals come. */
    public final long receive(long address, long lengthBytes, int flags) {
        long n;
        do {
            n = sys.recv(descriptor.fd(), address, lengthBytes, flags);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        return n;
    }

    /** recvmsg(2), whatever signals come. */
    final long receiveMessage(long message, int flags) {
        long n;
        do {
            n = sys.recvmsg(descriptor.fd(), message, flags);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        return n;
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
