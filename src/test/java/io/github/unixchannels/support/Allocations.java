// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** What the calling thread allocates, by the JVM's own count. */
public final class Allocations {

    private static final int ITERATIONS = 5_000;

    /**
     * Code that is not yet compiled may allocate what the compiler removes, and on a busy machine the compiler is late. It is done when it
     * has finished nothing while so many batches ran.
     */
    private static final int BATCHES_OF_REST = 100;

    /** For all iterations of a batch together: what the measurement itself takes. */
    private static final long ALLOWED_BYTES = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    private Allocations() {}

    /** What is counted. */
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }

    /** Checks that there comes a batch of steps that allocates nothing, which is less than a byte a step, before the compiler is done. */
    public static void assertNone(Step step) throws IOException {
        requireCounter();
        long allocated = 0;
        long compiled = COMPILER.getTotalCompilationTime();
        for (int rest = 0; rest < BATCHES_OF_REST; rest++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < ITERATIONS; i++) {
                step.run();
            }
            allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            if (allocated <= ALLOWED_BYTES) {
                return;
            }
            if (COMPILER.getTotalCompilationTime() != compiled) {
                compiled = COMPILER.getTotalCompilationTime();
                rest = 0;
            }
        }
        fail(allocated + " bytes in " + ITERATIONS + " iterations");
    }

    private static void requireCounter() {
        assumeTrue(COMPILER != null && COMPILER.isCompilationTimeMonitoringSupported(), "this JVM compiles nothing, or does not tell");
        assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count a thread's allocations");
        THREADS.setThreadAllocatedMemoryEnabled(true);
    }
}
