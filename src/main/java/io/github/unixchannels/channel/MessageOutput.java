// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.message.Iovecs;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.net.SocketException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Writes of SOCK_SEQPACKET and SOCK_DGRAM: all that remains in the buffers is one message, in one system call. */
class MessageOutput extends SocketOutput {

    /** Up to here, to ask the JVM for a buffer's address costs more than to copy the bytes, and so do several iovecs. */
    private static final int COPY_BYTES = 4 << 10;

    /** What the kernel sets aside of SO_SNDBUF (unix_dgram_sendmsg). */
    private static final int SNDBUF_RESERVED_BYTES = 32;

    MessageOutput(Endpoint endpoint) {
        super(endpoint);
    }

    @Override
    long write(ByteBuffer src, int flags) throws IOException {
        int bytes = src.remaining();
        long n;
        CallMemory memory = CallMemory.acquire(sys());
        try {
            long address = Buffers.addressUnlessCopied(memory, src, COPY_BYTES);
            if (address != 0) {
                n = send(memory, address, bytes, flags);
                Reference.reachabilityFence(src);
            } else {
                requireCopyable(bytes, bytes);
                NativeMemory scratch = memory.scratch();
                int start = Buffers.lineOffset(src);
                scratch.buffer().put(start, src, src.position(), bytes);
                n = send(memory, scratch.address() + start, bytes, flags);
            }
        } finally {
            memory.release();
        }
        if (n > 0) {
            src.position(src.position() + (int) n);
        }
        return checked(n, bytes);
    }

    @Override
    long write(ByteBuffer[] srcs, int offset, int length, int flags) throws IOException {
        long bytes = Buffers.remaining(srcs, offset, length);
        long n;
        CallMemory memory = CallMemory.acquire(sys());
        try {
            if (bytes > COPY_BYTES && length <= Linux.IOV_MAX) {
                n = sendMessage(memory, segments(memory, srcs, offset, length, bytes), flags);
                Reference.reachabilityFence(srcs);
            } else {
                requireCopyable(bytes, bytes);
                NativeMemory scratch = memory.scratch();
                Buffers.gather(srcs, offset, length, scratch.buffer());
                n = send(memory, scratch.address(), bytes, flags);
            }
        } finally {
            memory.release();
        }
        Buffers.advance(srcs, offset, length, n);
        return checked(n, bytes);
    }

    private int segments(CallMemory memory, ByteBuffer[] srcs, int offset, int length, long bytes) throws IOException {
        int count = 0;
        int copied = 0;
        for (int i = offset; i < offset + length; i++) {
            ByteBuffer src = srcs[i];
            if (src.isDirect()) {
                Iovecs.set(memory, count++, Buffers.address(memory, src), src.remaining());
            } else {
                requireCopyable((long) copied + src.remaining(), bytes);
                NativeMemory scratch = memory.scratch();
                scratch.buffer().put(copied, src, src.position(), src.remaining());
                Iovecs.set(memory, count++, scratch.address() + copied, src.remaining());
                copied += src.remaining();
            }
        }
        return count;
    }

    /** More than the scratch memory holds is more than any send buffer allows. */
    private void requireCopyable(long bytes, long messageBytes) throws IOException {
        if (bytes > CallMemory.SCRATCH_BYTES) {
            throw tooLong(messageBytes);
        }
    }

    /**
     * Sends the messages of a batch, and moves its position behind those that went.
     *
     * @param blocking whether to wait for room until all went
     * @return how many went with the last system call, and so all did; or of the first that did not, an error number negated: EAGAIN
     *     without room
     */
    final long send(NativeMessageBatch batch, boolean blocking) throws IOException {
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
            } while (batch.hasRemaining() && (n > 0 || blocking && awaitAfter(n)));
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
        return checked(n, batch.buffer(batch.position()).remaining());
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
