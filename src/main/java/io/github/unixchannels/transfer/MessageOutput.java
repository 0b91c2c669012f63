// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.Endpoint;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.SocketException;

/** Writes of SOCK_SEQPACKET and SOCK_DGRAM: all that remains in the buffers is one message, in one system call. */
public class MessageOutput extends SocketOutput {

    /** Up to here, several iovecs cost more than to copy the bytes. */
    private static final int COPY_BYTES = 4 << 10;

    /** What the kernel sets aside of SO_SNDBUF (unix_dgram_sendmsg). */
    private static final int SNDBUF_RESERVED_BYTES = 32;

    public MessageOutput(OperationScope frame, Endpoint endpoint) {
        super(frame, endpoint);
    }

    @Override
    public long write(int flags) throws IOException {
        BufferVector srcs = buffers();
        long bytes = srcs.remaining();
        long n;
        CallMemory memory = CallMemory.acquire(sys());
        try {
            long address = srcs.address(memory);
            if (address != 0) {
                n = send(memory, address, bytes, flags);
            } else if (bytes > COPY_BYTES && srcs.count() > 1 && srcs.count() <= Linux.IOV_MAX) {
                n = sendSegments(memory, bytes, flags);
            } else {
                n = sendCopy(memory, bytes, flags);
            }
        } finally {
            memory.release();
        }
        return checked(srcs.advance(n), bytes);
    }

    private long sendSegments(CallMemory memory, long bytes, int flags) throws IOException {
        int segments = buffers().gatherSegments(memory, verb(), CallMemory.SCRATCH_BYTES);
        if (buffers().covered() < bytes) {
            throw tooLong(bytes);
        }
        return sendMessage(memory, segments, flags);
    }

    private long sendCopy(CallMemory memory, long bytes, int flags) throws IOException {
        int start = buffers().lineOffset();
        if (start + bytes > CallMemory.SCRATCH_BYTES) { // more than that is more than any send buffer allows
            throw tooLong(bytes);
        }
        NativeMemory scratch = memory.scratch(start + (int) bytes);
        buffers().gather(scratch.buffer(), start, (int) bytes, verb());
        return send(memory, scratch.address() + start, bytes, flags);
    }

    /**
     * Sends the messages of a batch, and moves its position behind those that went.
     *
     * @param blocking whether to wait for room until all went
     * @return how many went with the last system call, and so all did; or of the first that did not, an error number negated: EAGAIN
     *     without room
     */
    public final long send(NativeMessageBatch batch, boolean blocking) throws IOException {
        beginSeveral();
        try {
            int waitingFlags = endpoint().waitingSendFlags();
            long n;
            do {
                int count = prepare(batch);
                n = count > 0 ? send(batch, count, Linux.MSG_DONTWAIT) : count;
                if (n == -Errno.EAGAIN && blocking && waitingFlags != Linux.MSG_DONTWAIT) {
                    n = send(batch, 1, waitingFlags); // of several, the kernel forgets why the second failed
                }
            } while (batch.left() > 0 && (n > 0 || blocking && awaitAfter(n)));
            return n;
        } finally {
            end();
            Reference.reachabilityFence(batch);
        }
    }

    /** sendmmsg(2), whatever signals come, and without SIGPIPE. */
    private long send(NativeMessageBatch batch, int count, int flags) throws IOException {
        int n;
        do {
            n = sys().sendmmsg(descriptor().fd(), batch.outgoing(), count, flags | Linux.MSG_NOSIGNAL);
        } while (n == -Errno.EINTR && !descriptor().isClosed());
        if (n > 0) {
            batch.sent(n);
            return n;
        }
        return checked(n, batch.buffer(batch.next()).remaining());
    }

    /** Puts a batch's messages, to the peer, into its headers; returns how many, or if not even one, an error number negated. */
    int prepare(NativeMessageBatch batch) throws IOException {
        return batch.prepareToSend();
    }

    private long checked(long n, long messageBytes) throws IOException {
        if (n == -Errno.EMSGSIZE) {
            throw tooLong(messageBytes);
        }
        if (n == -Errno.ECONNRESET) {
            endpoint().noteReset();
        }
        return n;
    }

    private SocketException tooLong(long messageBytes) {
        int sendBuffer = descriptor().getOption(Linux.SOL_SOCKET, Linux.SO_SNDBUF);
        return ErrnoExceptions.causedBy(Errno.EMSGSIZE, new SocketException(operation() + ": a message of " + messageBytes
                + " bytes is longer than the " + (sendBuffer - SNDBUF_RESERVED_BYTES) + " bytes that SO_SNDBUF allows (EMSGSIZE)"));
    }
}
