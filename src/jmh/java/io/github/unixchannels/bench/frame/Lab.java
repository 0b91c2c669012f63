// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.util.Map;
import java.util.Optional;

/**
 * With what is measured.
 *
 * @param settings how long
 * @param programs those of C, if there is a compiler
 * @param descriptors how many a process may have at most
 */
public record Lab(Settings settings, Optional<CPrograms> programs, int descriptors) {

    /** A JMH benchmark with these parameters. */
    public Sampler jmh(Class<?> benchmark, Map<String, Object> parameters) {
        return new JmhRun(benchmark, parameters, settings);
    }

    /** A program of C that prints its figure; its last argument is how many milliseconds it measures. Empty if there is no compiler. */
    public Optional<Sampler> c(String program, Object... arguments) {
        return programs.map(c -> c.sampler(program, settings.millis(), arguments));
    }
}
