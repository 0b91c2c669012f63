// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** docs/benchmarks.md: what does not depend on the run, and then a section for each JDK. */
final class Page {

    private static final String SECTION = "## JDK ";

    private static final String INTRODUCTION = """
            # Benchmarks

            This page is written by `io.github.unixchannels.bench.RunBenchmarks`, figures and words. To run it again (about a quarter of an
            hour; each JDK replaces its own section):

            ```
            ./mvnw -Pbench -DskipTests verify
            ./mvnw -Pbench -DskipTests verify -Dbench.args="--quick"
            ./mvnw -Pbench -DskipTests verify -Dbench.args="--only beside"
            ```

            The second takes a minute or two, measures once and writes `target/benchmarks.md` instead, as does the third, which measures the
            tables with this word in their titles. The selector with 4000 keys needs more than 8000 descriptors (`ulimit -n`),
            junixsocket's more than 16000, and the rows of C need `cc`; what cannot be measured is left out.

            **What is measured.** *Write and read*: a direct buffer is written to one end of a connected pair and read from the other,
            by one thread. *Write, select and read*: of many registered channels one has something to read; it is written to, selected,
            taken out of the selected keys, and read. *Send and receive*: a datagram goes from one named socket to another and is received
            with its sender, which is looked at. *Beside*: a message goes from one end of a SEQPACKET pair to the other with an
            `AncillaryData` for what travels beside it: nothing; the sender's credentials, for which the receiver has set SO_PASSCRED;
            duplicates of one descriptor of `/dev/null`. All descriptors that come are closed, and that is measured too: *taken*, each by
            its new owner; *not taken*, by the next receive. The C programs make the same system calls: `send` and `recv`, or `sendto`
            and `recvfrom`, with `epoll_wait` between them; for what travels beside, `recvmsg` on a socket with SO_TIMESTAMP as ours is,
            `sendmsg` where there are descriptors, and `close`. They have an idle second thread, as a JVM has several: in a process of one
            thread the kernel does not count the users of a descriptor, and each call costs less. What they take without it is given as
            well. junixsocket's SEQPACKET is a `DatagramChannel`; descriptors come to it as `FileDescriptor`, which a `FileInputStream`
            closes. It knows the credentials of a peer (SO_PEERCRED), not those of a message.

            **How.** In each round everything is measured once, one row after the other, each Java row in a JVM of its own (JMH, average
            time, the median of five parts). *Median* and *range* are of the rounds. A ratio is the median of the ratios within the
            rounds, so that what disturbs a whole round disturbs no ratio. *Bytes* are what an operation allocates in Java (JMH's gc
            profiler); less than half a byte is what the profiler itself allocates in each part, for no object is smaller than 16 bytes. In
            operations that take several times as long as a message without descriptors it is as many times more.
            """;

    private Page() {}

    /** Puts the section of one JDK, which may be there already, into the page. */
    static void write(Path file, int jdk, String section) throws IOException {
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
        Files.writeString(file, INTRODUCTION + "\n" + String.join("\n\n", sections.values()) + "\n");
    }
}
