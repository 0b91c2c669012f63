// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

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

    private NativePipe(SelectorProvider provider, Syscalls sys, int read, int write) {
        source = new PipeSource(provider, new Descriptor(sys, read));
        sink = new PipeSink(provider, new Descriptor(sys, write));
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
            try {
                return new NativePipe(provider, sys, read, write);
            } catch (Throwable e) {
                sys.close(read);
                sys.close(write);
                throw e;
            }
        } finally {
            memory.release();
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
