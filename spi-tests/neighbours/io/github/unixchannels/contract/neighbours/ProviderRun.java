// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.ProviderUnderTest;
import io.github.unixchannels.contract.Providers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One provider's run of the suite, in a JVM of its own, and in another after a rule that is timed out or ends the JVM. */
final class ProviderRun {

    /** A rule has its own timeout, and so has what comes after it: a JVM that tells nothing new for so long is stuck. */
    private static final long STUCK_SECONDS = 60;

    private static final long PROVIDER_SECONDS = 300;

    private final ProviderUnderTest provider;
    private final Path folder;
    private final Path temporary;
    private final Map<Rule, Outcome> outcomes = new LinkedHashMap<>();
    private long startNanos;
    private int jvms;

    /**
     * Creates one.
     *
     * @param folder where records and logs go
     * @param temporary where the JVMs keep temporary files, which those that hang leave behind
     */
    ProviderRun(ProviderUnderTest provider, Path folder, Path temporary) {
        this.provider = provider;
        this.temporary = temporary;
        this.folder = folder.resolve(provider.name());
    }

    ProviderUnderTest provider() {
        return provider;
    }

    Outcome outcome(Rule rule) {
        return outcomes.getOrDefault(rule, Outcome.NOT_RUN);
    }

    /** Runs the rules that are about a kind of channel which the provider has. */
    ProviderRun run(List<Rule> rules) throws IOException, InterruptedException {
        startNanos = System.nanoTime();
        Files.createDirectories(folder);
        List<Rule> left = new ArrayList<>(rules);
        left.removeIf(rule -> !provider.capabilities().contains(rule.kind()));
        while (!left.isEmpty() && runInJvm(left)) {
            left.removeAll(outcomes.keySet());
        }
        System.out.println(provider.name() + ": " + outcomes.size() + " rules, JVMs: " + jvms + ", " + elapsedSeconds() + " s");
        return this;
    }

    /** Returns whether anything is known now that was not before. */
    private boolean runInJvm(List<Rule> rules) throws IOException, InterruptedException {
        Path record = folder.resolve(++jvms + ".record");
        Files.deleteIfExists(record);
        Process jvm = new ProcessBuilder(command(rules, record))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(jvms + ".log").toFile())
                .start();
        Outcome unfinished = awaitEnd(jvm, record);
        jvm.destroyForcibly().waitFor();
        int before = outcomes.size();
        read(record, rules, unfinished);
        return outcomes.size() > before && elapsedSeconds() < PROVIDER_SECONDS;
    }

    /** Returns what became of a rule that began and did not end. */
    private Outcome awaitEnd(Process jvm, Path record) throws IOException, InterruptedException {
        long told;
        do {
            told = size(record);
            if (jvm.waitFor(STUCK_SECONDS, TimeUnit.SECONDS)) {
                return Outcome.CRASHES;
            }
            if (size(record) == told) {
                return Outcome.HANGS;
            }
        } while (elapsedSeconds() < PROVIDER_SECONDS);
        return Outcome.NOT_RUN;
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private List<String> command(List<Rule> rules, Path record) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-D" + Providers.SELECTION + "=" + provider.name());
        command.add("-Dcontract.deviations=report");
        command.add("-Djava.io.tmpdir=" + temporary);
        command.add("-XX:ErrorFile=" + folder.resolve("hs_err_%p.log"));
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), RunRules.class.getName(), record.toString()));
        rules.forEach(rule -> command.add(rule.test().getDeclaringClass().getName() + "#" + rule.test().getName()));
        return command;
    }

    private void read(Path record, List<Rule> rules, Outcome unfinished) throws IOException {
        if (!Files.exists(record)) {
            return;
        }
        Map<String, Outcome> found = new LinkedHashMap<>();
        for (String line : Files.readAllLines(record)) {
            String[] words = line.split(" ", 3);
            found.put(words[0], words.length == 1 ? unfinished : Outcome.valueOf(words[1]));
        }
        for (Rule rule : rules) {
            if (found.containsKey(rule.test().getName())) {
                outcomes.put(rule, found.get(rule.test().getName()));
            }
        }
    }

    private long elapsedSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    }
}
