// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.github.unixchannels.bench.frame.CPrograms;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Sample;
import io.github.unixchannels.bench.frame.Sampler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Processes from their start to their end, as C's {@code process_time} sees them, one after the other. */
final class ProcessRun implements Sampler {

    static final Column BEYOND = new Column("Beyond an empty main, ms", "%.1f");
    static final Column CPU = new Column("CPU, ms", "%.1f");
    static final Column IN_MAIN = new Column("From main to the message, ms", "%.1f");

    /** How many processes a sample is made of. */
    static final int TIMES = 3;

    private final CPrograms programs;
    private final Callable<List<String>> command;
    private final ProcessRun empty;

    private List<String> made;
    private double lastMillis;

    /** Of a command that is made when it is first run, beside another that was run before it; null: beside none. */
    ProcessRun(CPrograms programs, ProcessRun empty, Callable<List<String>> command) {
        this.programs = programs;
        this.empty = empty;
        this.command = command;
    }

    @Override
    public Sample take() throws Exception {
        if (made == null) {
            made = programs.command("process_time", TIMES);
            made.addAll(command.call());
        }
        Map<String, Double> figures = Jvm.figures(made);
        lastMillis = figures.get("wall");
        Map<Column, Double> columns = new HashMap<>();
        columns.put(CPU, figures.get("cpu"));
        if (empty != null) {
            columns.put(BEYOND, lastMillis - empty.lastMillis);
            columns.put(IN_MAIN, figures.get("main"));
        }
        return new Sample(lastMillis, columns);
    }
}
