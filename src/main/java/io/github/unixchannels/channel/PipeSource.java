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

/** The end of a pipe that is read from, O_NONBLOCK: a blocking read waits in poll(2). */
public final class PipeSource extends Pipe.SourceChannel implements EpollChannel {

    private static final int END = -1;

    /** Up to here, to ask the JVM for a buffer's address costs more than to copy into it. */
    private static final int COPY_BYTES = 1 << 10;

    private final Descriptor descriptor;
    private final Syscalls sys;
    private final Frame frame;
    private final SingleReadiness readiness;

    PipeSource(SelectorProvider provider, Descriptor descriptor) {
        super(provider);
        this.descriptor = descriptor;
        this.sys = descriptor.sys();
        this.readiness = new SingleReadiness(descriptor, SelectionKey.OP_READ, Linux.POLLIN);
        this.frame = new Frame(this, descriptor) {
            @Override
            void begin() {
                PipeSource.this.begin();
            }

            @Override
            void end(boolean completed) throws AsynchronousCloseException {
                PipeSource.this.end(completed);
            }
        };
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        Objects.requireNonNull(dst);
        frame.enter(Descriptor.READING);
        try {
            boolean blocking = isBlocking();
            long n = 0;
            try {
                frame.beginIf(blocking);
                Buffers.requireUsable(dst);
                if (dst.hasRemaining()) {
                    do {
                        n = readOnce(dst);
                    } while (n == -Errno.EAGAIN && blocking && awaitInput());
                }
            } finally {
                frame.endIf(blocking, n > 0);
            }
            return (int) result(n);
        } finally {
            frame.leave(Descriptor.READING);
        }
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        frame.enter(Descriptor.READING);
        try {
            boolean blocking = isBlocking();
            long n = 0;
            try {
                frame.beginIf(blocking);
                for (int i = offset; i < offset + length; i++) {
                    Buffers.requireUsable(dsts[i]);
                }
                if (Buffers.remaining(dsts, offset, length) > 0) {
                    do {
                        n = readOnce(dsts, offset, length);
                    } while (n == -Errno.EAGAIN && blocking && awaitInput());
                }
            } finally {
                frame.endIf(blocking, n > 0);
            }
            return result(n);
        } finally {
            frame.leave(Descriptor.READING);
        }
    }

    @Override
    public long read(ByteBuffer[] dsts) throws IOException {
        return read(dsts, 0, dsts.length);
    }

    /** How many bytes, {@link #END}, or {@code -EAGAIN}. */
    private long readOnce(ByteBuffer dst) throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long address = Buffers.addressUnlessCopied(memory, dst, COPY_BYTES);
            if (address != 0) {
                long n = call(address, dst.remaining());
                Reference.reachabilityFence(dst);
                if (n > 0) {
                    dst.position(dst.position() + (int) n);
                }
                return n;
            }
            NativeMemory scratch = memory.scratch();
            long n = call(scratch.address(), Math.min(dst.remaining(), scratch.capacity()));
            if (n > 0) {
                Buffers.put(scratch.buffer(), 0, (int) n, dst);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    private long readOnce(ByteBuffer[] dsts, int offset, int length) throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch();
            long n = call(scratch.address(), Math.min(Buffers.remaining(dsts, offset, length), scratch.capacity()));
            if (n > 0) {
                Buffers.scatter(scratch.buffer(), (int) n, dsts, offset, length);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    /** read(2), whatever signals come. */
    private long call(long address, long lengthBytes) throws IOException {
        long n;
        do {
            n = sys.read(descriptor.fd(), address, lengthBytes);
        } while (n == -Errno.EINTR && !descriptor.isClosed());
        if (n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR) {
            throw ErrnoExceptions.io("read", "fd=" + descriptor.fd(), n);
        }
        return n > 0 ? n : n == 0 ? END : -Errno.EAGAIN;
    }

    /** Waits for something to read, or for the last writer to go; false if the channel was closed. */
    private boolean awaitInput() throws IOException {
        if (descriptor.isClosed()) {
            return false;
        }
        int result = Readiness.await(descriptor, Linux.POLLIN, -1);
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", "fd=" + descriptor.fd(), result);
        }
        return true;
    }

    private static long result(long n) {
        return n == -Errno.EAGAIN ? 0 : n;
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
