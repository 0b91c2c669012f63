// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import io.github.unixchannels.bench.echo.TwoProcessEchoTopic;
import io.github.unixchannels.bench.flow.AcceptTopic;
import io.github.unixchannels.bench.flow.FanInTopic;
import io.github.unixchannels.bench.flow.PingPongTopic;
import io.github.unixchannels.bench.flow.SocketTopic;
import io.github.unixchannels.bench.flow.ThroughputTopic;
import io.github.unixchannels.bench.frame.Bound;
import io.github.unixchannels.bench.frame.CPrograms;
import io.github.unixchannels.bench.frame.Chart;
import io.github.unixchannels.bench.frame.Lab;
import io.github.unixchannels.bench.frame.Machine;
import io.github.unixchannels.bench.frame.Page;
import io.github.unixchannels.bench.frame.Section;
import io.github.unixchannels.bench.frame.Settings;
import io.github.unixchannels.bench.frame.Table;
import io.github.unixchannels.bench.frame.Topic;
import io.github.unixchannels.bench.layer.LayerTopic;
import io.github.unixchannels.bench.loop.AllReadyTopic;
import io.github.unixchannels.bench.loop.ChurnTopic;
import io.github.unixchannels.bench.loop.EchoTopic;
import io.github.unixchannels.bench.loop.SelectorTopic;
import io.github.unixchannels.bench.loop.SelfPairTopic;
import io.github.unixchannels.bench.message.AncillaryTopic;
import io.github.unixchannels.bench.message.BatchTopic;
import io.github.unixchannels.bench.message.DatagramTopic;
import io.github.unixchannels.bench.start.FirstMessageTopic;
import io.github.unixchannels.bench.start.MemoryTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures everything, in rounds, and writes the page and its charts; or checks whether the library is as fast as it was. */
public final class RunBenchmarks {

    private static final int JDK = Runtime.version().feature();

    private final Settings settings;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Topic> topics;
    private final List<Table> tables;

    private RunBenchmarks(Settings settings) throws IOException, InterruptedException {
        this.settings = settings;
        Optional<CPrograms> programs = CPrograms.compile();
        int descriptors = Machine.descriptors();
        facts.put("Date", LocalDate.now(ZoneOffset.UTC).toString());
        facts.put("Processor", Machine.processor());
        facts.put("Kernel", Machine.kernel());
        facts.put("JVM", Machine.jvm());
        facts.put("C", programs.map(CPrograms::compiler).orElse("left out: there is no `cc`"));
        facts.put("Libraries", Machine.libraries());
        facts.put("Load before", Machine.load());
        facts.put("Rounds", String.valueOf(settings.rounds()));
        facts.put("Descriptors", "at most " + descriptors + " (`ulimit -n`)");
        topics = topics(new Lab(settings, programs, descriptors));
        tables = topics.stream()
                .flatMap(topic -> topic.tables().stream())
                .filter(this::isMeasured)
                .toList();
    }

    private static List<Topic> topics(Lab lab) {
        return List.of(
                new SelfPairTopic(lab),
                new DatagramTopic(lab),
                new AncillaryTopic(lab),
                new BatchTopic(lab),
                new EchoTopic(lab),
                new SelectorTopic(lab),
                new AllReadyTopic(lab),
                new ChurnTopic(lab),
                new PingPongTopic(lab),
                new ThroughputTopic(lab),
                new SocketTopic(lab),
                new FanInTopic(lab),
                new AcceptTopic(lab),
                new TwoProcessEchoTopic(lab),
                new FirstMessageTopic(lab),
                new MemoryTopic(lab),
                new LayerTopic(lab));
    }

    private boolean isMeasured(Table table) {
        return table.title().contains(settings.only());
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.parse(arguments);
        RunBenchmarks benchmarks = new RunBenchmarks(settings);
        switch (settings.purpose()) {
            case WRITE -> {
                benchmarks.measure();
                benchmarks.write(String.join(" ", arguments));
            }
            case CHECK -> new CheckRatios(benchmarks.tables).check();
            case KEEP -> new CheckRatios(benchmarks.tables).keep();
        }
    }

    private void measure() throws Exception {
        for (int round = 1; round <= settings.rounds(); round++) {
            for (Table table : tables) {
                System.out.println("Round " + round + " of " + settings.rounds() + ": " + table.title());
                table.takeSamples();
            }
        }
    }

    private void write(String arguments) throws IOException {
        String options = arguments.isEmpty() ? "" : " -Dbench.args=\"" + arguments + "\"";
        facts.put("Command", "`./mvnw -Pbench -DskipTests verify" + options + "`");
        List<Bound> bounds = topics.stream()
                .filter(topic -> topic.tables().stream().anyMatch(this::isMeasured))
                .flatMap(topic -> topic.bounds().stream())
                .toList();
        Section section = new Section().facts(facts).bounds(bounds);
        drawCharts().forEach(section::chart);
        tables.forEach(section::table);
        System.out.println(section);
        Page.write(settings.output(), topics, JDK, section.toString());
        System.out.println("Written: " + settings.output());
    }

    /** Draws what was measured, beside the page. Returns the charts with the paths of their files from the page. */
    private Map<Chart, Path> drawCharts() throws IOException {
        Map<Chart, Path> drawn = new LinkedHashMap<>();
        Path directory = settings.output().toAbsolutePath().getParent();
        for (Chart chart : topics.stream().flatMap(topic -> topic.charts().stream()).filter(Chart::isMeasured).toList()) {
            Path file = Path.of("charts", chart.name() + "-jdk" + JDK + ".svg");
            Files.createDirectories(directory.resolve(file).getParent());
            chart.draw(directory.resolve(file));
            drawn.put(chart, file);
        }
        return drawn;
    }
}
