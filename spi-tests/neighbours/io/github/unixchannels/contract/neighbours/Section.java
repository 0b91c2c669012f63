// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.Capability;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** What one JDK's run found, as text. */
final class Section {

    private final List<Rule> rules;
    private final List<ProviderRun> runs;
    private final StringBuilder text = new StringBuilder();

    Section(List<Rule> rules, List<ProviderRun> runs) throws IOException {
        this.rules = rules;
        this.runs = runs;
        facts();
        tables("Connections", Capability.CONNECTIONS);
        tables("Datagrams", Capability.DATAGRAMS);
    }

    private void facts() throws IOException {
        line("| | |");
        line("|---|---|");
        line("| Date | %s |", LocalDate.now(ZoneOffset.UTC));
        line("| Kernel | %s %s |", System.getProperty("os.name"), System.getProperty("os.version"));
        line("| JVM | %s %s |", System.getProperty("java.vm.name"), System.getProperty("java.runtime.version"));
        line("| Libraries | %s |", Versions.found());
    }

    private void tables(String heading, Capability kind) {
        List<ProviderRun> having = runs.stream().filter(run -> run.provider().capabilities().contains(kind)).toList();
        if (!having.isEmpty()) {
            line("");
            line("### %s", heading);
            line("");
            text.append(new Tables(rules.stream().filter(rule -> rule.kind() == kind).toList(), having));
        }
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(format, arguments)).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
