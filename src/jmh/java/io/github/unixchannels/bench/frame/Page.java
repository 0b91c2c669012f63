// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** docs/benchmarks.md: what does not depend on the run, and then a section for each JDK. */
public final class Page {

    private static final String SECTION = "## JDK ";

    private static final String INTRODUCTION = """
            # Benchmarks

            This page is written by `io.github.unixchannels.bench.RunBenchmarks`, figures, words and charts. To run it
            again (each JDK replaces its own section):

            ```
            ./mvnw -Pbench -DskipTests verify
            ./mvnw -Pbench -DskipTests verify -Dbench.args="--quick"
            ./mvnw -Pbench -DskipTests verify -Dbench.args="--only beside"
            ```

            The second measures once, for a shorter time, and writes `target/benchmarks.md` instead, as does the third, which measures the
            tables with this word in their titles. What needs more descriptors than a process may have (`ulimit -n`) is left out, and so
            are the rows of C where there is no `cc`.

            **C.** The C programs make the same system calls as this library. They have an idle second thread, as a JVM has several: in a
            process of one thread the kernel does not count the users of a descriptor, and each call costs less.

            **What is measured.**

            %s

            **How.** In each round everything is measured once, one row after the other, each Java row in a JVM of its own (JMH, average
            time, the median of five parts). *Median* and *range* are of the rounds. A ratio is the median of the ratios within the
            rounds, so that what disturbs a whole round disturbs no ratio. *Bytes* are what an operation allocates in Java (JMH's gc
            profiler); less than half a byte is what the profiler itself allocates in each part, for no object is smaller than 16 bytes. In
            operations that take several times as long as a message without descriptors it is as many times more.

            **What is missed.** Where a promise is missed, the tables *Where the time goes* show in which layer, and the records
            [8](adr/0008-what-a-datagram-costs-beside-c.md), [10](adr/0010-what-travels-beside-a-message.md),
            [13](adr/0013-batches.md) and [14](adr/0014-system-calls-without-the-c-library.md) say what was tried.
            """;

    private Page() {}

    /** Puts the section of one JDK, which may be there already, into the page. */
    public static void write(Path file, List<Topic> topics, int jdk, String section) throws IOException {
        Map<Integer, String> sections = new TreeMap<>();
        if (Files.exists(file)) {
            for (String part : Files.readString(file).split("(?m)^(?=" + SECTION + ")")) {
                if (part.startsWith(SECTION)) {
                    sections.put(Integer.valueOf(part.lines().findFirst().orElseThrow().substring(SECTION.length())), part.strip());
                }
            }
        }
        sections.put(jdk, SECTION + jdk + "\n\n" + section.strip());
        Files.createDirectories(file.toAbsolutePath().getParent());
        String texts = topics.stream().map(topic -> topic.text().strip()).collect(Collectors.joining("\n\n"));
        Files.writeString(file, String.format(INTRODUCTION, texts) + "\n" + String.join("\n\n", sections.values()) + "\n");
    }
}
