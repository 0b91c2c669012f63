// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a write does on one type of socket: one attempt, which may send a part if the type allows parts.
 *
 * <p>Every method is called by whoever has entered the descriptor for writing, on a connected socket, with bytes in the buffers. The
 * position moves by what was sent.
 */
abstract class SocketOutput {

    private final Endpoint endpoint;
    private final SocketDescriptor descriptor;
    private final Syscalls sys;

    SocketOutput(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.descriptor = endpoint.descriptor();
        this.sys = descriptor.sys();
    }

    /**
     * Sends from one buffer.
     *
     * @param flags MSG_DONTWAIT, or 0 to wait in the kernel
     * @return how many bytes, or an error number negated
     */
    abstract long write(ByteBuffer src, int flags) throws IOException;

    /** As {@link #write(ByteBuffer, int)}, from several buffers one after the other. */
    abstract long write(ByteBuffer[] srcs, int offset, int length, int flags) throws IOException;

    /**
     * Sends all that the buffer has, waiting for room.
     *
     * @return how many bytes: less than all if the connection fails or the channel is closed after some were sent; if none were, an error
     *     number negated
     */
    final long writeWaiting(ByteBuffer src) throws IOException {
        long sent = 0;
        while (src.hasRemaining()) {
            long n = write(src, endpoint.waitingSendFlags());
            if (n > 0) {
                sent += n;
            } else if (n != -Errno.EAGAIN || !awaitRoom()) {
                return sent > 0 ? sent : n;
            }
        }
        return sent;
    }

    /** As {@link #writeWaiting(ByteBuffer)}, from several buffers. */
    final long writeWaiting(ByteBuffer[] srcs, int offset, int length) throws IOException {
        long sent = 0;
        while (Buffers.remaining(srcs, offset, length) > 0) {
            long n = write(srcs, offset, length, endpoint.waitingSendFlags());
            if (n > 0) {
                sent += n;
            } else if (n != -Errno.EAGAIN || !awaitRoom()) {
                return sent > 0 ? sent : n;
            }
        }
        return sent;
    }

    /** Waits for room; false if the channel was closed. */
    final boolean awaitRoom() throws IOException {
        if (descriptor.isClosed()) {
            return false;
        }
        int result = endpoint.waitForRoom();
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", endpoint, result);
        }
        return true;
    }

    final Endpoint endpoint() {
        return endpoint;
    }

    final Syscalls sys() {
        return sys;
    }

    final SocketDescriptor descriptor() {
        return descriptor;
    }

    /** send(2), whatever signals come, and without SIGPIPE. */
    long send(CallMemory memory, long address, long lengthBytes, int flags) throws IOException {
        long n;
        do {
            n = sys.send(descriptor.fd(), address, lengthBytes, flags | Linux.MSG_NOSIGNAL);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        return n;
    }

    /** sendmsg(2), whatever signals come, and without SIGPIPE. */
    final long sendMessage(long message, int flags) {
        long n;
        do {
            n = sys.sendmsg(descriptor.fd(), message, flags | Linux.MSG_NOSIGNAL);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        return n;
    }
}
