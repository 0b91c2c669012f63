// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.transfer.BufferVector;
import io.github.unixchannels.transfer.Buffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/**
 * What is waited for and then read or written: an eventfd, timerfd, signalfd, inotify, a terminal, a device.
 *
 * <p>read(2) and write(2) do not wait only if the open file is O_NONBLOCK. The first operation sets the flag, so that a channel that is only
 * selected leaves the open file to its other holders as it is. All bytes pass through the thread's own memory: there are few.
 */
final class PollableByteChannel extends PollableChannel implements ByteChannel {

    private static final int MOST_BYTES = 64 << 10;
    private static final int END = -1;

    private final Descriptor descriptor;
    private final Syscalls sys;
    private final int operations;
    private final OperationScope scope;

    /** The buffers of the operation in progress, of either side. Used with that side held. */
    private final BufferVector dsts;

    private final BufferVector srcs;

    /** Whether the open file has been made O_NONBLOCK here. Two threads may do so at once. */
    private volatile boolean nonBlocking;

    /** @param operations OP_READ, OP_WRITE, or both */
    PollableByteChannel(SelectorProvider provider, Descriptor descriptor, int operations) {
        super(provider, descriptor, new PollableReadiness(descriptor), operations);
        this.descriptor = descriptor;
        this.sys = descriptor.sys();
        this.operations = operations;
        this.dsts = new BufferVector("fd=" + descriptor.fd());
        this.srcs = new BufferVector("fd=" + descriptor.fd());
        this.scope = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                PollableByteChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                PollableByteChannel.this.end(completed);
            }
        };
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        Buffers.requireWritable(dst);
        if ((operations & SelectionKey.OP_READ) == 0) {
            throw new NonReadableChannelException();
        }
        scope.enter(Descriptor.READING);
        try {
            dsts.set(dst);
            boolean blocking = isBlocking();
            long n = 0;
            try {
                scope.beginIf(blocking);
                requireNonBlocking();
                dsts.requireUsable();
                do {
                    n = readiness().hasKept() ? readiness().kept().take(dsts, "read") : tryRead();
                } while (n == -Errno.EAGAIN && blocking && Waiting.awaitWhileOpen(descriptor, Linux.POLLIN, descriptor));
            } finally {
                readiness().inputChanged();
                scope.endIf(blocking, n > 0);
            }
            if (n < 0 && n != END && n != -Errno.EAGAIN) {
                throw ErrnoExceptions.io("read", "fd=" + descriptor.fd(), n);
            }
            return n == -Errno.EAGAIN ? 0 : (int) n;
        } finally {
            dsts.clear();
            scope.leave(Descriptor.READING);
        }
    }

    /** One read(2): how many bytes, {@link #END}, or an error number negated. */
    private long tryRead() throws IOException {
        int room = (int) Math.min(dsts.remaining(), MOST_BYTES);
        if (room == 0) {
            return 0;
        }
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch(room);
            long n = descriptor.read(scratch.address(), room);
            if (n > 0) {
                readiness().kept().deliver(scratch.buffer(), 0, (int) n, dsts, "read");
            }
            return n == 0 ? END : n == -Errno.EINTR ? -Errno.EAGAIN : n;
        } finally {
            memory.release();
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        Objects.requireNonNull(src);
        if ((operations & SelectionKey.OP_WRITE) == 0) {
            throw new NonWritableChannelException();
        }
        scope.enter(Descriptor.WRITING);
        try {
            srcs.set(src);
            boolean blocking = isBlocking();
            int written = 0;
            long n = 0;
            try {
                scope.beginIf(blocking);
                requireNonBlocking();
                while (srcs.remaining() > 0 && (n >= 0 || n == -Errno.EAGAIN && blocking && Waiting.awaitWhileOpen(descriptor, Linux.POLLOUT, descriptor))) {
                    n = tryWrite();
                    written += (int) Math.max(0, n);
                }
            } finally {
                scope.endIf(blocking, written > 0);
            }
            if (written == 0 && n < 0 && n != -Errno.EAGAIN) {
                throw ErrnoExceptions.io("write", "fd=" + descriptor.fd(), n);
            }
            return written;
        } finally {
            srcs.clear();
            scope.leave(Descriptor.WRITING);
        }
    }

    /** One write(2): how many bytes, or an error number negated. */
    private long tryWrite() throws IOException {
        int length = (int) Math.min(srcs.remaining(), MOST_BYTES);
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch(length);
            srcs.gather(scratch.buffer(), 0, length, "write");
            long n = descriptor.write(scratch.address(), length);
            return n == -Errno.EINTR ? -Errno.EAGAIN : srcs.advance(n);
        } finally {
            memory.release();
        }
    }

    /** Sets O_NONBLOCK, once. The caller is inside. */
    private void requireNonBlocking() throws IOException {
        if (nonBlocking) {
            return;
        }
        int flags = sys.fcntl(descriptor.fd(), Linux.F_GETFL, 0);
        int result = flags < 0 ? flags : sys.fcntl(descriptor.fd(), Linux.F_SETFL, flags | Linux.O_NONBLOCK);
        if (result < 0) {
            throw ErrnoExceptions.io("fcntl", "fd=" + descriptor.fd() + ", F_SETFL, O_NONBLOCK", result);
        }
        nonBlocking = true;
    }
}
