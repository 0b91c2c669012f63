// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * What the thread of a benchmark that never waits uses for an operation: processor time, and Java memory. Other programs take the processor
 * from the thread, and that adds to the time that passes; of the thread's own time they cost only what is in the caches.
 */
public final class ThreadProfiler implements InternalProfiler {

    static final String CPU_NANOS = "thread.cpu";
    static final String BYTES = "thread.bytes";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long cpuNanos;
    private long bytes;

    /** Made by JMH, by name. */
    public ThreadProfiler() {}

    @Override
    public String getDescription() {
        return "processor time and memory of the benchmark's thread";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        long worker = worker();
        cpuNanos = worker < 0 ? 0 : THREADS.getThreadCpuTime(worker);
        bytes = worker < 0 ? 0 : THREADS.getThreadAllocatedBytes(worker);
    }

    @Override
    public Collection<? extends Result> afterIteration(BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long worker = worker();
        double operations = result.getMetadata().getAllOps();
        if (worker < 0 || operations == 0) {
            return List.of();
        }
        return List.of(
                new ScalarResult(CPU_NANOS, (THREADS.getThreadCpuTime(worker) - cpuNanos) / operations, "ns/op", AggregationPolicy.AVG),
                new ScalarResult(BYTES, (THREADS.getThreadAllocatedBytes(worker) - bytes) / operations, "B/op", AggregationPolicy.AVG));
    }

    /** The only worker of the benchmark; negative before it has begun. */
    private static long worker() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().contains("jmh-worker")) {
                return thread.getId();
            }
        }
        return -1;
    }
}
