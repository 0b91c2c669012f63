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
 * The end of a pipe that is read from, O_NONBLOCK: a blocking read waits in poll(2). Bytes that could not be copied to their buffer are kept
 * for the next read.
 */
public final class PipeSource extends Pipe.SourceChannel implements EpollChannel {

    private static final int END = -1;

    /** The most that a pipe holds which no privileged process made larger (pipe(7), pipe-max-size). */
    private static final int COPY_BYTES = 1 << 20;

    private final Descriptor descriptor;
    private final Syscalls sys;
    private final OperationScope scope;
    private final SingleReadiness readiness;

    /** The buffers of the operation in progress. Used with the reading side held. */
    private final BufferVector buffers;

    public PipeSource(SelectorProvider provider, Descriptor descriptor) {
        super(provider);
        this.descriptor = descriptor;
        this.sys = descriptor.sys();
        this.buffers = new BufferVector("fd=" + descriptor.fd());
        this.readiness = new SingleReadiness(descriptor, SelectionKey.OP_READ, Linux.POLLIN);
        this.scope = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                PipeSource.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                PipeSource.this.end(completed);
            }
        };
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(this, descriptor, () -> "the end of a pipe for reading");
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return (int) read(Objects.requireNonNull(dst), null, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] dsts) throws IOException {
        return read(dsts, 0, dsts.length);
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        return read(null, dsts, offset, length);
    }

    private long read(ByteBuffer one, ByteBuffer[] several, int offset, int length) throws IOException {
        scope.enter(Descriptor.READING);
        try {
            buffers.set(one, several, offset, length);
            boolean blocking = isBlocking();
            long n = 0;
            try {
                scope.beginIf(blocking);
                buffers.requireUsable();
                if (buffers.remaining() > 0) {
                    do {
                        n = readiness.hasKept() ? readiness.kept().take(buffers, "read") : readOnce();
                    } while (n == -Errno.EAGAIN && blocking && Waiting.awaitWhileOpen(descriptor, Linux.POLLIN, descriptor));
                }
            } finally {
                readiness.inputChanged();
                scope.endIf(blocking, n > 0);
            }
            return n == -Errno.EAGAIN ? 0 : n;
        } finally {
            buffers.clear();
            scope.leave(Descriptor.READING);
        }
    }

    /** How many bytes, {@link #END}, or {@code -EAGAIN}. */
    private long readOnce() throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long address = buffers.address(memory);
            if (address != 0) {
                return buffers.advance(call(address, buffers.remaining()));
            }
            int room = (int) Math.min(buffers.remaining(), COPY_BYTES);
            NativeMemory scratch = memory.scratch(room);
            long n = call(scratch.address(), room);
            if (n > 0) {
                readiness.kept().deliver(scratch.buffer(), 0, (int) n, buffers, "read");
            }
            return n;
        } finally {
            memory.release();
        }
    }

    /** read(2). */
    private long call(long address, long lengthBytes) throws IOException {
        long n = descriptor.read(address, lengthBytes);
        if (n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR) {
            throw ErrnoExceptions.io("read", "fd=" + descriptor.fd(), n);
        }
        return n > 0 ? n : n == 0 ? END : -Errno.EAGAIN;
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
        return Pipe.SourceChannel.class.getName() + "[" + (isOpen() ? "fd=" + descriptor.fd() : "closed") + "]";
    }
}
