// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostProcesses;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** CLOCK_MONOTONIC, by which the manager orders a reload. {@link System#nanoTime} does not promise to be that clock. */
final class MonotonicClock {

    private static final int CLOCK_MONOTONIC = 1;

    private MonotonicClock() {}

    /** clock_gettime(2), in microseconds. */
    static long micros() throws IOException {
        Syscalls sys = HostSyscalls.get();
        CallMemory memory = CallMemory.acquire(sys);
        try {
            int at = memory.valueOffset();
            int result = HostProcesses.get().clockGettime(CLOCK_MONOTONIC, memory.structs().address() + at);
            if (result < 0) {
                throw ErrnoExceptions.io("clock_gettime", "CLOCK_MONOTONIC", result);
            }
            long seconds = memory.structs().buffer().getLong(at);
            long nanos = memory.structs().buffer().getLong(at + Long.BYTES);
            return TimeUnit.SECONDS.toMicros(seconds) + TimeUnit.NANOSECONDS.toMicros(nanos);
        } finally {
            memory.release();
        }
    }
}
