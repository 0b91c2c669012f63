// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Very many walks, in a JVM of their own: {@code WalkRun count first results}. It goes on after a walk that broke a rule, prints each of
 * those, and writes the figures to a file of results, from which docs/reliability.md is made.
 */
final class WalkRun {

    /** A run of fewer walks is a trial, whose results are not kept. */
    private static final int LONG_RUN = 10_000;

    private static final int TELL_EVERY = 1_000;

    private WalkRun() {}

    public static void main(String[] arguments) throws Exception {
        long count = Long.parseLong(arguments[0]);
        long first = Long.parseLong(arguments[1]);
        WarmUp.run();
        Figures figures = new Figures();
        long start = System.nanoTime();
        int failed = 0;
        long slowest = 0;
        for (long seed = first; seed < first + count; seed++) {
            long began = System.nanoTime();
            try {
                new Walk(seed, figures).run();
            } catch (Exception | AssertionError e) {
                failed++;
                System.out.println("FAILED " + e.getMessage());
                e.printStackTrace(System.out);
            }
            slowest = Math.max(slowest, System.nanoTime() - began);
            if ((seed - first + 1) % TELL_EVERY == 0) {
                System.out.println(seed - first + 1 + " walks, " + failed + " failed, the slowest in " + TimeUnit.NANOSECONDS.toMillis(slowest) + " ms");
            }
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        System.out.println(figures + ", failed=" + failed + ", seconds=" + seconds);
        if (arguments.length > 2 && count >= LONG_RUN) {
            write(Path.of(arguments[2]), figures, first, failed, seconds);
        }
        System.exit(failed == 0 ? 0 : 1);
    }

    private static void write(Path results, Figures figures, long first, int failed, long seconds) throws IOException {
        Properties properties = new Properties();
        for (Figure figure : Figure.values()) {
            properties.setProperty(figure.name(), Long.toString(figures.get(figure)));
        }
        properties.setProperty("FIRST", Long.toString(first));
        properties.setProperty("FAILED", Integer.toString(failed));
        properties.setProperty("SECONDS", Long.toString(seconds));
        properties.setProperty("JAVA", Runtime.version().toString());
        try (var out = Files.newOutputStream(results)) {
            properties.store(out, null);
        }
    }
}
