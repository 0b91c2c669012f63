// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.github.unixchannels.bench.frame.CPrograms;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Sample;
import io.github.unixchannels.bench.frame.Sampler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** A server in a JVM of its own, whose idle connections are those of C's {@code idle_clients}. */
final class IdleRun implements Sampler {

    static final Column HEAP = new Column("Java heap, bytes", "%.0f");

    /** So that what the collector leaves, and no more, is resident: no room that a generation might have or not. */
    static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xms96m", "-Xmx96m", "-Xmn8m", "-XX:TieredStopAtLevel=1");

    private final CPrograms programs;
    private final Callable<List<Path>> classPath;
    private final Class<?> server;
    private final String type;
    private final int first;
    private final int all;

    /** A server with so many connections, of which the first do not count. */
    IdleRun(CPrograms programs, Callable<List<Path>> classPath, Class<?> server, String type, int first, int all) {
        this.programs = programs;
        this.classPath = classPath;
        this.server = server;
        this.type = type;
        this.first = first;
        this.all = all;
    }

    @Override
    public Sample take() throws Exception {
        Path directory = Files.createTempDirectory("idle");
        Path path = directory.resolve("socket");
        try {
            List<String> command = new ArrayList<>(programs.command("idle_clients", type.toLowerCase(Locale.ROOT), path, all));
            command.addAll(new Jvm(OPTIONS, classPath.call(), server,
                    List.of(type, path.toString(), String.valueOf(first), String.valueOf(all))).command());
            Map<String, Double> figures = Jvm.figures(command);
            return new Sample(figures.get("resident"), Map.of(HEAP, figures.get("heap")));
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }
}
