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

/** One benchmark with one set of parameters, in a JVM of its own. */
final class JmhRun implements Sampler {

    private static final int WARMUPS = 2;
    private static final int PARTS = 5;

    private final Class<?> benchmark;
    private final Map<String, Object> parameters;
    private final Settings settings;

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
                .warmupTime(TimeValue.milliseconds(settings.warmupMillis() / WARMUPS))
                .measurementIterations(PARTS)
                .measurementTime(TimeValue.milliseconds(settings.millis() / PARTS))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach((name, value) -> options.param(name, value.toString()));
        RunResult result = new Runner(options.build()).runSingle();
        double bytes = median(result.getSecondaryResults().get("gc.alloc.rate.norm"));
        return new Sample(median(result.getPrimaryResult()), Map.of(Column.BYTES, bytes));
    }

    private static double median(Result<?> ofParts) {
        return ofParts.getStatistics().getPercentile(50);
    }
}
