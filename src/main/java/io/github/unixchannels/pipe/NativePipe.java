// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.spi.SelectorProvider;

/** A pipe of pipe(7), both ends O_NONBLOCK. */
public final class NativePipe extends Pipe {

    private final PipeSource source;
    private final PipeSink sink;

    private NativePipe(SelectorProvider provider, Descriptor read, Descriptor write) {
        source = new PipeSource(provider, read);
        sink = new PipeSink(provider, write);
    }

    /** pipe2(2). */
    public static Pipe open(SelectorProvider provider, Syscalls sys) throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            int at = memory.valueOffset();
            int result = sys.pipe2(memory.structs().address() + at, Linux.O_CLOEXEC | Linux.O_NONBLOCK);
            if (result < 0) {
                throw ErrnoExceptions.io("pipe2", "O_CLOEXEC | O_NONBLOCK", result);
            }
            int read = memory.structs().buffer().getInt(at);
            int write = memory.structs().buffer().getInt(at + Integer.BYTES);
            Descriptor[] ends = own(sys, read, write);
            try {
                return new NativePipe(provider, ends[0], ends[1]);
            } catch (Throwable e) {
                ends[0].close();
                ends[1].close();
                throw e;
            }
        } finally {
            memory.release();
        }
    }

    /** Takes over two numbers that have just been opened; if that fails, both are closed. */
    private static Descriptor[] own(Syscalls sys, int read, int write) {
        try {
            return new Descriptor[] {new Descriptor(sys, read), new Descriptor(sys, write)};
        } catch (Throwable e) {
            sys.close(read);
            sys.close(write);
            throw e;
        }
    }

    @Override
    public SourceChannel source() {
        return source;
    }

    @Override
    public SinkChannel sink() {
        return sink;
    }
}
