// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import io.github.unixchannels.channel.SingleReadiness;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.transfer.BufferVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/**
 * The end of a pipe that is written to, O_NONBLOCK: a blocking write waits in poll(2). What is written in one call, up to PIPE_BUF bytes
 * (4096), is together in the pipe or not at all, pipe(7), from several buffers too.
 *
 * <p>A write to a pipe that nobody reads from is an {@link IOException} (EPIPE): the JVM ignores SIGPIPE.
 */
public final class PipeSink extends Pipe.SinkChannel implements EpollChannel {

    /** A pipe takes that much, unless somebody made it larger, so to copy more for one call would be in vain. */
    private static final int COPY_BYTES = 64 << 10;

    private final Descriptor descriptor;
    private final Syscalls sys;
    private final OperationScope scope;
    private final SingleReadiness readiness;

    /** The buffers of the operation in progress. Used with the writing side held. */
    private final BufferVector buffers;

    public PipeSink(SelectorProvider provider, Descriptor descriptor) {
        super(provider);
        this.descriptor = descriptor;
        this.sys = descriptor.sys();
        this.buffers = new BufferVector("fd=" + descriptor.fd());
        this.readiness = new SingleReadiness(descriptor, SelectionKey.OP_WRITE, Linux.POLLOUT);
        this.scope = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                PipeSink.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                PipeSink.this.end(completed);
            }
        };
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, descriptor, () -> "the end of a pipe for writing");
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return (int) write(Objects.requireNonNull(src), null, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] srcs) throws IOException {
        return write(srcs, 0, srcs.length);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        return write(null, srcs, offset, length);
    }

    private long write(ByteBuffer one, ByteBuffer[] several, int offset, int length) throws IOException {
        scope.enter(Descriptor.WRITING);
        try {
            buffers.set(one, several, offset, length);
            boolean blocking = isBlocking();
            long written = 0;
            try {
                scope.beginIf(blocking);
                buffers.requireNonNull();
                long n = 0;
                while (buffers.remaining() > 0 && (n >= 0 || n == -Errno.EAGAIN && blocking && Waiting.awaitWhileOpen(descriptor, Linux.POLLOUT, descriptor))) {
                    n = writeOnce();
                    written += Math.max(0, n);
                }
                requireProgress(written, n);
            } finally {
                scope.endIf(blocking, written > 0);
            }
            return written;
        } finally {
            buffers.clear();
            scope.leave(Descriptor.WRITING);
        }
    }

    /** An error after some bytes were written is the next write's to report. */
    private void requireProgress(long written, long n) throws IOException {
        if (written == 0 && n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR) {
            throw ErrnoExceptions.io("write", "fd=" + descriptor.fd(), n);
        }
    }

    private long writeOnce() throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long address = buffers.address(memory);
            if (address != 0) {
                return buffers.advance(descriptor.write(address, buffers.remaining()));
            }
            int part = (int) Math.min(buffers.remaining(), COPY_BYTES);
            NativeMemory scratch = memory.scratch(part);
            buffers.gather(scratch.buffer(), 0, part, "write");
            return buffers.advance(descriptor.write(scratch.address(), part));
        } finally {
            memory.release();
        }
    }

    @Override
    protected void implCloseSelectableChannel() {
        descriptor.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // The mode is read anew by each operation.
    }

    @Override
    public Selectable selectable() {
        return readiness;
    }

    @Override
    public String toString() {
        return Pipe.SinkChannel.class.getName() + "[" + (isOpen() ? "fd=" + descriptor.fd() : "closed") + "]";
    }
}
