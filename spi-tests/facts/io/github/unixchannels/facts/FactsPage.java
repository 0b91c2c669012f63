// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The page of facts, in Markdown. */
final class FactsPage {

    private static final String HEAD = """
            # Kernel facts

            What the Linux kernel does with AF_UNIX sockets, as far as this library rests on it or may come to. This page is written by a
            program, `KernelFacts` in `spi-tests/facts`, which asks the kernel that it runs on:

            ```
            ./mvnw -q test-compile exec:java -Dexec.mainClass=io.github.unixchannels.facts.KernelFacts -Dexec.args=docs/kernel-facts.md
            ```

            Asked here: Linux %s on %s, %s.

            Where "relied on by" names a rule of [the contract](contract.md), a decision (ADR) or a class, that would be wrong if the fact
            did not hold: then the program fails, and so does the test `KernelFactsTest`. In the rest other kernels may differ; in bold is
            what differs here from what the sentence says.

            %d facts, %d of them relied on; %d differ here.
            """;

    private final StringBuilder tables = new StringBuilder();
    private int facts;
    private int reliedOn;
    private int differing;

    /** Begins a subject. */
    void begin(String title) {
        tables.append("\n## ").append(title).append("\n\n| Fact | What holds | Seen here | Relied on by |\n|---|---|---|---|\n");
    }

    /** Adds a fact to the subject. */
    void add(Fact fact, Seen seen) {
        facts++;
        reliedOn += fact.isReliedOn() ? 1 : 0;
        differing += seen.deviations().isEmpty() ? 0 : 1;
        String text = seen.toString();
        tables.append(firstCells(fact))
                .append(seen.deviations().isEmpty() ? text : "**" + text + "**").append(" | ")
                .append(fact.isReliedOn() ? fact.reliedOnBy() : "").append(" |\n");
    }

    /** The beginning of a fact's line, which is the same on every kernel. */
    static String firstCells(Fact fact) {
        return "| " + fact.id() + " | " + fact.holds() + " | ";
    }

    @Override
    public String toString() {
        return HEAD.formatted(kernel(), architecture(), LocalDate.now(ZoneOffset.UTC), facts, reliedOn, differing) + tables;
    }

    private static String kernel() {
        try {
            return Proc.line("/proc/sys/kernel/osrelease");
        } catch (IOException e) {
            return "(unknown)";
        }
    }

    private static String architecture() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") ? "x86-64" : arch;
    }
}
