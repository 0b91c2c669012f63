// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.Providers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Runs the conformance suite on several libraries and writes docs/comparison.md. With providers named as arguments, it runs on those and
 * writes target/comparison.md.
 */
public final class Comparison {

    private static final List<String> ALL = List.of(
            "JDK-TCP", "JDK-UNIX-STREAM", "UNIX-CHANNELS-STREAM", "UNIX-CHANNELS-SEQPACKET", "JUNIXSOCKET-STREAM", "JNR-UNIXSOCKET",
            "JDK-UDP", "UNIX-CHANNELS-DGRAM", "JUNIXSOCKET-DGRAM", "JNR-UNIXSOCKET-DGRAM");

    /** Two at a time: most of the time of those that hang is waiting. */
    private static final int LANES = 2;

    private Comparison() {}

    public static void main(String[] arguments) throws Exception {
        List<String> names = arguments.length == 0 ? ALL : List.of(arguments);
        List<Rule> rules = Rule.read(Path.of("docs", "contract.md"), Providers.class.getPackageName());
        Path page = Path.of(arguments.length == 0 ? "docs" : "target", "comparison.md");
        Page.write(page, Runtime.version().feature(), new Section(rules, runAll(names, rules)).toString());
        System.out.println("Written: " + page);
        System.exit(0);
    }

    private static List<ProviderRun> runAll(List<String> names, List<Rule> rules) throws Exception {
        Path folder = Path.of("target", "comparison", "jdk" + Runtime.version().feature());
        Path temporary = Files.createTempDirectory("cmp");
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try {
            List<Future<ProviderRun>> running = new ArrayList<>();
            for (String name : names.stream().sorted(Comparator.comparing(ALL::indexOf).reversed()).toList()) {
                ProviderRun run = new ProviderRun(Providers.named(name), folder, temporary);
                running.add(lanes.submit(() -> run.run(rules)));
            }
            List<ProviderRun> runs = new ArrayList<>();
            for (Future<ProviderRun> run : running) {
                runs.add(run.get());
            }
            runs.sort(Comparator.comparing(run -> ALL.indexOf(run.provider().name())));
            return runs;
        } finally {
            lanes.shutdownNow();
            delete(temporary);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
