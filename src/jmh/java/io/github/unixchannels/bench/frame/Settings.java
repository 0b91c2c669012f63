// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.nio.file.Path;

/**
 * How long to measure, and where to write.
 *
 * @param rounds how often everything is measured, one thing after the other
 * @param warmupMillis how long a JVM warms up
 * @param millis how long is measured then
 * @param output the page to write
 * @param only what the titles of the tables that are measured have in them
 * @param purpose what to do
 */
public record Settings(int rounds, int warmupMillis, int millis, Path output, String only, Purpose purpose) {

    /** What to do. */
    public enum Purpose {
        /** Measure all and write the page. */
        WRITE,
        /** Compare some ratios with those that are kept. */
        CHECK,
        /** Measure these ratios and keep them. */
        KEEP
    }

    static final String USAGE = "arguments: [--quick] [--rounds COUNT] [--only WORD] [--output FILE] | --check | --keep";

    // Many short rounds: what else a machine does disturbs it for seconds, and then only some rounds.
    private static final Settings FULL = new Settings(5, 800, 400, Path.of("docs", "benchmarks.md"), "", Purpose.WRITE);
    private static final Path ASIDE = Path.of("target", "benchmarks.md");
    private static final Settings QUICK = new Settings(1, 400, 300, ASIDE, "", Purpose.WRITE);

    /** Reads the arguments of the program. */
    public static Settings parse(String[] arguments) {
        Settings settings = FULL;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> settings = QUICK;
                case "--check" -> settings = settings.withPurpose(Purpose.CHECK);
                case "--keep" -> settings = settings.withPurpose(Purpose.KEEP);
                case "--rounds" -> settings = settings.withRounds(Integer.parseInt(value(arguments, ++i)));
                case "--output" -> settings = settings.withOutput(Path.of(value(arguments, ++i)));
                case "--only" -> settings = settings.withOutput(ASIDE).withOnly(value(arguments, ++i));
                default -> throw new IllegalArgumentException(arguments[i] + "; " + USAGE);
            }
        }
        return settings;
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value; " + USAGE);
        }
        return arguments[index];
    }

    private Settings withRounds(int count) {
        return new Settings(count, warmupMillis, millis, output, only, purpose);
    }

    private Settings withPurpose(Purpose aim) {
        return new Settings(rounds, warmupMillis, millis, output, only, aim);
    }

    private Settings withOutput(Path file) {
        return new Settings(rounds, warmupMillis, millis, file, only, purpose);
    }

    private Settings withOnly(String word) {
        return new Settings(rounds, warmupMillis, millis, output, word, purpose);
    }
}
