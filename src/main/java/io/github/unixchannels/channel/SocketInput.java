// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Readiness;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a read does on one type of socket.
 *
 * <p>Every method is called by whoever has entered the descriptor for reading, on a connected socket, with room in the buffers, none
 * of them read-only; unless it says otherwise.
 */
abstract class SocketInput {

    /** The end of the stream, as {@code read} returns it. */
    static final int END = -1;

    /** There is nothing to read yet. Only where MSG_DONTWAIT was passed, or somebody else made the socket O_NONBLOCK. */
    static final int UNAVAILABLE = -2;

    private final Connection connection;
    private final SocketDescriptor descriptor;
    private final Syscalls sys;

    private boolean reset;

    SocketInput(Connection connection) {
        this.connection = connection;
        this.descriptor = connection.descriptor();
        this.sys = descriptor.sys();
    }

    /**
     * Receives into one buffer.
     *
     * @param flags MSG_DONTWAIT, or 0 to wait in the kernel
     * @return how many bytes, {@link #END} or {@link #UNAVAILABLE}
     */
    abstract int read(ByteBuffer dst, int flags) throws IOException;

    /** As {@link #read(ByteBuffer, int)}, into several buffers one after the other. */
    abstract long read(ByteBuffer[] dsts, int offset, int length, int flags) throws IOException;

    /**
     * Receives as the kernel does, with what came beside, into {@code dst} or, if that is null, into several buffers. They need not have
     * room.
     *
     * @param flags MSG_DONTWAIT, or 0 to wait in the kernel
     * @return what was received, which may be the end; null if there is nothing to receive yet
     */
    abstract MessageInfo receive(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control, int flags) throws IOException;

    /** As {@link #receive}, but waits; the end also if the channel is closed meanwhile. */
    final MessageInfo receiveWaiting(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control) throws IOException {
        for (;;) {
            MessageInfo info = receive(dst, dsts, control, connection.waitFlags(Descriptor.READING));
            if (info != null) {
                return info;
            }
            if (!awaitInput()) {
                return control.end(connection.remote());
            }
        }
    }

    /** Whether there are bytes that the kernel no longer has. Called by anybody. */
    boolean hasKept() {
        return false;
    }

    /** How many such bytes there are. Called by anybody, while a reader may take some. */
    int keptBytes() {
        return 0;
    }

    /** As {@link #read(ByteBuffer, int)}, but waits; {@link #END} also if the channel is closed meanwhile. */
    final int readWaiting(ByteBuffer dst) throws IOException {
        for (;;) {
            int n = read(dst, connection.waitFlags(Descriptor.READING));
            if (n != UNAVAILABLE) {
                return n;
            }
            if (!awaitInput()) {
                return END;
            }
        }
    }

    /** As {@link #read(ByteBuffer[], int, int, int)}, but waits; {@link #END} also if the channel is closed meanwhile. */
    final long readWaiting(ByteBuffer[] dsts, int offset, int length) throws IOException {
        for (;;) {
            long n = read(dsts, offset, length, connection.waitFlags(Descriptor.READING));
            if (n != UNAVAILABLE) {
                return n;
            }
            if (!awaitInput()) {
                return END;
            }
        }
    }

    final boolean awaitInput() throws IOException {
        if (descriptor.isClosed() || connection.isInputShutdown()) {
            return false;
        }
        int result = Readiness.await(descriptor, Linux.POLLIN, -1);
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
    final long receive(long address, long lengthBytes, int flags) {
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
    final void requireNotReset(String operation) throws IOException {
        if (reset) {
            throw ErrnoExceptions.io(operation, connection, -Errno.ECONNRESET);
        }
    }

    final IOException lost(long messageBytes, long roomBytes) {
        return new IOException("read(" + connection + "): a message of " + messageBytes + " bytes is longer than the " + roomBytes
                + " bytes that could take it, and is lost");
    }
}
