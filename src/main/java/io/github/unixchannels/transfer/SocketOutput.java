// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.socket.Endpoint;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;

/**
 * What a write does on one type of socket: one attempt, which may send a part if the type allows parts.
 *
 * <p>Every method is called by the thread that has entered the descriptor for writing, on a connected socket, with bytes in the
 * {@link #buffers}. Their positions move by what was sent.
 */
public abstract class SocketOutput {

    private final OperationScope frame;
    private final Endpoint endpoint;
    private final SocketDescriptor descriptor;
    private final Syscalls sys;
    private final BufferVector buffers;

    /** What is to be sent beside the next bytes; null: nothing. Used with the writing side held. */
    private NativeAncillaryData beside;

    /** What is being done, for messages. Used likewise. */
    private String verb = "write";

    /** Of the operation in progress, once it has waited without knowing for how long. Used likewise. */
    private Backoff backoff;

    /** Whether the operation in progress has let others run. Used likewise. */
    private boolean yielded;

    public SocketOutput(OperationScope frame, Endpoint endpoint) {
        this.frame = frame;
        this.endpoint = endpoint;
        this.descriptor = endpoint.descriptor();
        this.sys = descriptor.sys();
        this.buffers = new BufferVector(endpoint);
    }

    /** The buffers of the operation in progress. */
    public final BufferVector buffers() {
        return buffers;
    }

    /**
     * Sends from the buffers.
     *
     * @param flags MSG_DONTWAIT, or 0 to wait in the kernel
     * @return how many bytes, or an error number negated
     */
    public abstract long write(int flags) throws IOException;

    /**
     * Sends all that the buffers have, which may be nothing, waiting for room.
     *
     * @return how many bytes: less than all if the connection fails or the channel is closed after some were sent; if nothing was sent, an
     *     error number negated
     */
    public final long writeWaiting() throws IOException {
        beginWaiting();
        long sent = 0;
        for (;;) {
            long n = write(endpoint.waitingSendFlags());
            if (n >= 0) {
                sent += n;
                if (buffers.remaining() == 0) {
                    return sent;
                }
            } else if (!awaitAfter(n)) {
                return sent > 0 ? sent : n;
            }
        }
    }

    /**
     * Sends what remains in the buffers, even if that is nothing, and what is to be sent beside it.
     *
     * @param blocking whether to wait for room until all is sent
     * @return how many bytes: on a stream perhaps not all; if nothing was sent, an error number negated: EAGAIN without room, ETOOMANYREFS
     *     while too many descriptors are underway
     */
    public final long send(NativeAncillaryData control, boolean blocking) throws IOException {
        begin(control);
        try {
            return blocking ? writeWaiting() : write(Linux.MSG_DONTWAIT);
        } finally {
            end();
        }
    }

    private void begin(NativeAncillaryData control) {
        beside = control.isToBeSent() ? control : null;
        verb = "send";
    }

    /** Begins the send of several messages, with nothing beside them; whoever calls it calls {@link #end} afterwards. */
    final void beginSeveral() {
        beginWaiting();
        verb = "send";
    }

    private void beginWaiting() {
        backoff = null;
        yielded = false;
    }

    final void end() {
        beside = null;
        verb = "write";
    }

    /** What is being done, without where to, for messages. */
    final String verb() {
        return verb;
    }

    /** What is being done, for messages. */
    String operation() {
        return verb + "(" + endpoint + ")";
    }

    /** Waits as long as what a send returned suggests; false if there is nothing to wait for. */
    boolean awaitAfter(long refused) throws IOException {
        if (refused == -Errno.ETOOMANYREFS) {
            return pause(); // until receivers take some of what is underway: the kernel has no event for it
        }
        return refused == -Errno.EAGAIN && awaitRoom();
    }

    /** Lets other threads run, once in one operation; false if it did so already, or the channel was closed. */
    final boolean yieldOnce() {
        if (yielded || descriptor.isClosed()) {
            return false;
        }
        yielded = true;
        Thread.yield();
        return true;
    }

    /** Waits a while, longer each time in one operation; false if the channel was closed. */
    final boolean pause() {
        if (descriptor.isClosed()) {
            return false;
        }
        backoff = backoff == null ? new Backoff() : backoff;
        endpoint.pause(backoff);
        frame.tellInterrupt(); // or no pause would last from now on
        return !descriptor.isClosed();
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

    /** send(2), whatever signals come, and without SIGPIPE; sendmsg(2) if something goes beside. */
    public final long send(CallMemory memory, long address, long lengthBytes, int flags) throws IOException {
        if (beside != null) {
            MessageHeader.set(memory, 0, address, lengthBytes);
            return sendMessage(memory, 1, flags);
        }
        long n;
        do {
            n = sendOnce(memory, address, lengthBytes, flags | Linux.MSG_NOSIGNAL);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        return n;
    }

    /** sendmsg(2) of the first {@code count} segments, whatever signals come, and without SIGPIPE. */
    final long sendMessage(CallMemory memory, int count, int flags) throws IOException {
        long message = MessageHeader.message(memory, count);
        name(memory);
        if (beside == null) {
            return sendMessage(message, flags);
        }
        long n;
        beside.enter(memory, endpoint);
        try {
            n = sendMessage(message, flags);
        } finally {
            beside.leave();
        }
        if (n >= 0) {
            beside.sent();
            beside = null;
        }
        return n;
    }

    private long sendMessage(long message, int flags) {
        long n;
        do {
            n = sys.sendmsg(descriptor.fd(), message, flags | Linux.MSG_NOSIGNAL);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        return n;
    }

    /** send(2) to the peer. */
    long sendOnce(CallMemory memory, long address, long lengthBytes, int flags) throws IOException {
        return sys.send(descriptor.fd(), address, lengthBytes, flags);
    }

    /** Writes the target into the message, if it is not the peer. */
    void name(CallMemory memory) throws IOException {}
}
