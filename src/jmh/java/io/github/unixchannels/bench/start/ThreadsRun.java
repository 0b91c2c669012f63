// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.github.unixchannels.bench.frame.Sample;
import io.github.unixchannels.bench.frame.Sampler;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A JVM with threads that each sent one heap buffer. */
record ThreadsRun(Callable<List<Path>> classPath, Class<?> program, String type, int threads) implements Sampler {

    @Override
    public Sample take() throws Exception {
        List<String> arguments = List.of(type, String.valueOf(threads));
        Map<String, Double> figures = Jvm.figures(new Jvm(IdleRun.OPTIONS, classPath.call(), program, arguments).command());
        return new Sample(figures.get("resident"), Map.of());
    }
}
