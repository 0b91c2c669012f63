// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Measures everything, in rounds, and writes the page. */
public final class RunBenchmarks {

    private static final List<Integer> SIZES_BYTES = List.of(64, 4096);
    private static final List<Integer> DESCRIPTORS = List.of(1, 16);
    private static final List<Integer> KEYS = List.of(1, 1000, 4000);

    private final Settings settings;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<Table> datagrams = new ArrayList<>();
    private final List<Table> ancillary = new ArrayList<>();
    private final Map<Integer, Table> nonBlocking = new TreeMap<>();
    private final Map<Integer, Table> selector = new TreeMap<>();
    private Optional<Table> echo = Optional.empty();
    private Optional<Table> batches = Optional.empty();

    private RunBenchmarks(Settings settings) {
        this.settings = settings;
    }

    public static void main(String[] arguments) throws Exception {
        RunBenchmarks benchmarks = new RunBenchmarks(Settings.parse(arguments));
        benchmarks.prepare();
        benchmarks.measure();
        benchmarks.write(String.join(" ", arguments));
    }

    private void prepare() throws IOException, InterruptedException {
        Optional<CPrograms> programs = CPrograms.compile();
        facts.put("Date", LocalDate.now(ZoneOffset.UTC).toString());
        facts.put("Processor", Machine.processor());
        facts.put("Kernel", Machine.kernel());
        facts.put("JVM", Machine.jvm());
        facts.put("C", programs.map(CPrograms::compiler).orElse("left out: there is no `cc`"));
        facts.put("Libraries", Machine.libraries());
        facts.put("Load before", Machine.load());
        facts.put("Rounds", String.valueOf(settings.rounds()));
        int descriptors = Machine.descriptors();
        facts.put("Descriptors", "at most " + descriptors + " (`ulimit -n`)");
        addTables(new Workload(settings, programs, descriptors), descriptors);
    }

    private void addTables(Workload workload, int descriptors) {
        for (int bytes : SIZES_BYTES) {
            add(workload.selfPair(bytes, false)).ifPresent(table -> nonBlocking.put(bytes, table));
        }
        for (int bytes : SIZES_BYTES) {
            add(workload.selfPair(bytes, true));
        }
        for (boolean connected : List.of(true, false)) {
            add(workload.datagrams(SIZES_BYTES.get(0), connected)).ifPresent(datagrams::add);
        }
        for (boolean credentials : List.of(false, true)) {
            add(workload.messages(SIZES_BYTES.get(0), credentials)).ifPresent(ancillary::add);
        }
        for (int count : DESCRIPTORS) {
            add(workload.descriptors(count, SIZES_BYTES.get(0))).ifPresent(ancillary::add);
        }
        add(workload.batches(SIZES_BYTES.get(0))).ifPresent(table -> batches = Optional.of(table));
        add(workload.echo()).ifPresent(table -> echo = Optional.of(table));
        for (int keys : KEYS) {
            if (Library.OURS_SEQPACKET.descriptors(keys) <= descriptors) {
                add(workload.selectorLoop(keys)).ifPresent(table -> selector.put(keys, table));
            } else {
                facts.put(keys + " keys", "left out: they need " + Library.OURS_SEQPACKET.descriptors(keys) + " descriptors");
            }
        }
    }

    /** Returns the table if it is to be measured. */
    private Optional<Table> add(Table table) {
        if (!table.title().contains(settings.only())) {
            return Optional.empty();
        }
        tables.add(table);
        return Optional.of(table);
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
        List<Bound> bounds = new ArrayList<>();
        nonBlocking.forEach((bytes, table) -> bounds.addAll(Bound.ofSelfPair(bytes, table)));
        datagrams.forEach(table -> bounds.add(Bound.ofDatagrams(table)));
        ancillary.forEach(table -> bounds.addAll(Bound.ofAncillary(table)));
        batches.ifPresent(table -> bounds.addAll(Bound.ofBatches(table)));
        echo.ifPresent(table -> bounds.addAll(Bound.ofEcho(table)));
        bounds.addAll(Bound.ofSelector(selector));
        bounds.addAll(Bound.ofAllocation(tables));
        Section section = new Section().facts(facts).bounds(bounds);
        tables.forEach(section::table);
        System.out.println(section);
        Page.write(settings.output(), Runtime.version().feature(), section.toString());
        System.out.println("Written: " + settings.output());
    }
}
