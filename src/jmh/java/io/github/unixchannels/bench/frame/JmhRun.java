// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One benchmark with one set of parameters, in a JVM of its own. What is written is the time that passes; what is checked, the processor
 * time of the benchmark's thread, which does not grow with what else the machine does.
 */
final class JmhRun implements Sampler {

    private static final int WARMUPS = 2;
    private static final int PARTS = 5;
    private static final double MOST_STRETCH = 4;

    private final Class<?> benchmark;
    private final Map<String, Object> parameters;
    private final Settings settings;

    /** How many times as long a check takes, so that its thread is warm where it shares the processor: as the last sample was slowed. */
    private double stretch = 1;

    JmhRun(Class<?> benchmark, Map<String, Object> parameters, Settings settings) {
        this.benchmark = benchmark;
        this.parameters = parameters;
        this.settings = settings;
    }

    @Override
    public Sample take() throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(benchmark.getName())
                .forks(1)
                .warmupIterations(WARMUPS)
                .warmupTime(TimeValue.milliseconds(Math.round(stretch * settings.warmupMillis() / WARMUPS)))
                .measurementIterations(PARTS)
                .measurementTime(TimeValue.milliseconds(Math.round(stretch * settings.millis() / PARTS)))
                .addProfiler(settings.purpose() == Settings.Purpose.WRITE ? GCProfiler.class : ThreadProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach((name, value) -> options.param(name, value.toString()));
        RunResult result = new Runner(options.build()).runSingle();
        double nanos = median(result.getPrimaryResult());
        if (settings.purpose() == Settings.Purpose.WRITE) {
            return new Sample(nanos, Map.of(Column.BYTES, median(result.getSecondaryResults().get("gc.alloc.rate.norm"))));
        }
        double cpuNanos = median(result.getSecondaryResults().get(ThreadProfiler.CPU_NANOS));
        stretch = Math.max(1, Math.min(MOST_STRETCH, nanos / cpuNanos));
        return new Sample(cpuNanos, Map.of(Column.BYTES, median(result.getSecondaryResults().get(ThreadProfiler.BYTES))));
    }

    private static double median(Result<?> ofParts) {
        return ofParts.getStatistics().getPercentile(50);
    }
}
