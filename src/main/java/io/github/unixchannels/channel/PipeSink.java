// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Readiness;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.lang.ref.Reference;
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

    /** Up to here, to ask the JVM for a buffer's address costs more than to copy from it. */
    private static final int COPY_DIRECT_BYTES = 1 << 10;

    private final Descriptor descriptor;
    private final Syscalls sys;
    private final Frame frame;
    private final SingleReadiness readiness;

    PipeSink(SelectorProvider provider, Descriptor descriptor) {
        super(provider);
        this.descriptor = descriptor;
        this.sys = descriptor.sys();
        this.readiness = new SingleReadiness(descriptor, SelectionKey.OP_WRITE, Linux.POLLOUT);
        this.frame = new Frame(this, descriptor) {
            @Override
            void begin() {
                PipeSink.this.begin();
            }

            @Override
            void end(boolean completed) throws AsynchronousCloseException {
                PipeSink.this.end(completed);
            }
        };
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        Objects.requireNonNull(src);
        frame.enter(Descriptor.WRITING);
        try {
            boolean blocking = isBlocking();
            long written = 0;
            try {
                frame.beginIf(blocking);
                long n = 0;
                while (src.hasRemaining() && (n >= 0 || n == -Errno.EAGAIN && blocking && awaitRoom())) {
                    n = writeOnce(src);
                    written += Math.max(0, n);
                }
                requireProgress(written, n);
            } finally {
                frame.endIf(blocking, written > 0);
            }
            return (int) written;
        } finally {
            frame.leave(Descriptor.WRITING);
        }
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        frame.enter(Descriptor.WRITING);
        try {
            boolean blocking = isBlocking();
            long written = 0;
            try {
                frame.beginIf(blocking);
                long n = 0;
                while (Buffers.remaining(srcs, offset, length) > 0 && (n >= 0 || n == -Errno.EAGAIN && blocking && awaitRoom())) {
                    n = writeOnce(srcs, offset, length);
                    written += Math.max(0, n);
                }
                requireProgress(written, n);
            } finally {
                frame.endIf(blocking, written > 0);
            }
            return written;
        } finally {
            frame.leave(Descriptor.WRITING);
        }
    }

    @Override
    public long write(ByteBuffer[] srcs) throws IOException {
        return write(srcs, 0, srcs.length);
    }

    /** An error after some bytes were written is the next write's to report. */
    private void requireProgress(long written, long n) throws IOException {
        if (written == 0 && n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR) {
            throw ErrnoExceptions.io("write", "fd=" + descriptor.fd(), n);
        }
    }

    private long writeOnce(ByteBuffer src) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long n;
            long address = Buffers.addressUnlessCopied(memory, src, COPY_DIRECT_BYTES);
            if (address != 0) {
                n = call(address, src.remaining());
                Reference.reachabilityFence(src);
            } else {
                NativeMemory scratch = memory.scratch();
                int part = Math.min(src.remaining(), COPY_BYTES);
                scratch.buffer().put(0, src, src.position(), part);
                n = call(scratch.address(), part);
            }
            if (n > 0) {
                src.position(src.position() + (int) n);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    private long writeOnce(ByteBuffer[] srcs, int offset, int length) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch();
            int copied = 0;
            for (int i = offset; i < offset + length && copied < COPY_BYTES; i++) {
                int part = Math.min(srcs[i].remaining(), COPY_BYTES - copied);
                scratch.buffer().put(copied, srcs[i], srcs[i].position(), part);
                copied += part;
            }
            long n = call(scratch.address(), copied);
            Buffers.advance(srcs, offset, length, n);
            return n;
        } finally {
            memory.release();
        }
    }

    /** write(2), whatever signals come. */
    private long call(long address, long lengthBytes) {
        long n;
        do {
            n = sys.write(descriptor.fd(), address, lengthBytes);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        return n;
    }

    /** Waits for room, or for the last reader to go; false if the channel was closed. */
    private boolean awaitRoom() throws IOException {
        if (descriptor.isClosed()) {
            return false;
        }
        int result = Readiness.await(descriptor, Linux.POLLOUT, -1);
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", "fd=" + descriptor.fd(), result);
        }
        return true;
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
