// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes docs/reliability.md of the promises and of what the last long runs left in docs/reliability. */
final class ReliabilityPage {

    static final Path PAGE = Path.of("docs/reliability.md");
    static final Path RESULTS = Path.of("docs/reliability");
    private static final Path TESTS = Path.of("src/test/java");

    private ReliabilityPage() {}

    public static void main(String[] arguments) throws IOException {
        Files.writeString(PAGE, text());
    }

    /** The page as it is to be. */
    static String text() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Reliability

                What the library promises, which test holds each promise, and the command that repeats the test. This page is made by
                `ReliabilityPage` from the results of real runs; a test compares the two.

                | Promise | Tests | Command |
                |---|---|---|
                """);
        for (Promise promise : Promise.ALL) {
            page.append("| ").append(promise.text()).append(" | ");
            for (int i = 0; i < promise.tests().length; i++) {
                page.append(i == 0 ? "" : ", ").append(link(promise.tests()[i]));
            }
            page.append(" | `").append(promise.command()).append("` |\n");
        }
        page.append("""

                ## Random walks

                A walk begins with a seed. Two to four threads then do random operations for some tens of milliseconds: read, write, send,
                receive, accept, connect, register, select, cancel, wake up, change the mode, close, shut down, interrupt, duplicate, adopt,
                take over and hand over. The operations are on channels of STREAM, SEQPACKET, DGRAM and pipes, on channels of received
                descriptors, and on TCP, UDP and Unix channels of the Java platform in a selector of this library. The buffers are in the
                heap, direct, read-only, slices, mapped files, arenas, and memory between two pages without access. In half of the walks
                system calls fail or do less than they were asked to. One more thread opens and closes files all the time, so that each
                number that was given back is soon another file's.

                What a walk holds against the rules: the place and the checksum of each message, the place of each byte, the content of
                each file whose descriptor is passed, the exception of each operation, the keys of each selection, the memory around each
                buffer, and at the end the descriptors that are open and the threads that have not ended.

                `./mvnw test -Dtest=WalkTest` takes 200 walks. `./mvnw -Pwalks -DskipTests verify` takes 10,000 and
                writes the figures below; a run of fewer writes none.
                A walk that breaks a rule prints its seed and the command that takes the walk again.

                """);
        List<Properties> runs = runs();
        page.append("| Last long run |");
        runs.forEach(run -> page.append(" JDK ").append(run.getProperty("JAVA")).append(" |"));
        page.append("\n|---|").append("--:|".repeat(runs.size())).append('\n');
        row(page, runs, "seeds from", "FIRST");
        row(page, runs, "seconds", "SECONDS");
        for (Figure figure : Figure.values()) {
            row(page, runs, figure.text(), figure.name());
        }
        row(page, runs, "walks that broke a rule", "FAILED");
        page.append("""

                Lost, leaked and hung count what was, in walks that broke a rule; each figure there other than 0 is a fault that the run found, of
                the library, of the Java platform or of the walk. Closes counts those by a walker as its operation; releases are walkers that all waited for each other, and were released by a
                message, an interrupt or a close. Not counted as lost: what was sent to an end that was closed, reset or interrupted.

                `./mvnw -Pwalks -DskipTests verify -Dwalks.count=1000 -Dwalks.args=-Xcheck:jni -Dwalks.preload=libc_malloc_debug.so.0` takes walks
                with the JVM's checks of native calls, and with a C library that fills freed memory with other bytes and checks the ends of
                each block.
                """);
        return page.toString();
    }

    private static void row(StringBuilder page, List<Properties> runs, String name, String key) {
        page.append("| ").append(name).append(" |");
        for (Properties run : runs) {
            page.append(' ').append(String.format(Locale.ROOT, "%,d", Long.parseLong(run.getProperty(key)))).append(" |");
        }
        page.append('\n');
    }

    /** The results of the long run of each JDK. A run may have been several processes, with a file each: their figures are added. */
    static List<Properties> runs() throws IOException {
        Map<String, Properties> runs = new TreeMap<>();
        try (Stream<Path> files = Files.list(RESULTS)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".properties")).sorted().toList()) {
                Properties run = new Properties();
                try (InputStream in = Files.newInputStream(file)) {
                    run.load(in);
                }
                runs.merge(run.getProperty("JAVA"), run, ReliabilityPage::sum);
            }
        }
        return new ArrayList<>(runs.values());
    }

    private static Properties sum(Properties one, Properties other) {
        Properties sum = new Properties();
        for (String key : one.stringPropertyNames()) {
            String value = one.getProperty(key);
            if (key.equals("FIRST")) {
                value = Long.toString(Math.min(Long.parseLong(value), Long.parseLong(other.getProperty(key))));
            } else if (!key.equals("JAVA")) {
                value = Long.toString(Long.parseLong(value) + Long.parseLong(other.getProperty(key)));
            }
            sum.setProperty(key, value);
        }
        return sum;
    }

    private static String link(String test) throws IOException {
        try (Stream<Path> sources = Files.walk(TESTS)) {
            Path source = sources.filter(each -> each.getFileName().toString().equals(test + ".java")).findFirst()
                    .orElseThrow(() -> new AssertionError("no test is named " + test));
            return "[" + test + "](../" + source + ")";
        }
    }
}
