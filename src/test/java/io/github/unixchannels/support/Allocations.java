// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What the calling thread allocates, by the JVM's own count. */
public final class Allocations {

    private static final int ITERATIONS = 5_000;

    /** Code that is still interpreted may allocate what the compiler removes, and when the compiler is done is not ours to say. */
    private static final int MOST_BATCHES = 100;

    /** For all iterations of a batch together: what the measurement itself takes. */
    private static final long ALLOWED_BYTES = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** What is counted. */
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }

    /** Checks that one of many batches of steps allocates nothing, which is less than a byte a step. */
    public static void assertNone(Step step) throws IOException {
        requireCounter();
        long allocated = 0;
        for (int batch = 0; batch < MOST_BATCHES; batch++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < ITERATIONS; i++) {
                step.run();
            }
            allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            if (allocated <= ALLOWED_BYTES) {
                return;
            }
        }
        fail(allocated + " bytes in " + ITERATIONS + " iterations");
    }

    private static void requireCounter() {
        assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count a thread's allocations");
        THREADS.setThreadAllocatedMemoryEnabled(true);
    }
}
