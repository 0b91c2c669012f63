// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.Capability;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What was found of one kind of channel, as text: how many rules are kept, and which are not. */
final class Tables {

    private final List<Rule> rules;
    private final List<ProviderRun> runs;
    private final StringBuilder text = new StringBuilder();

    Tables(List<Rule> rules, List<ProviderRun> runs) {
        this.rules = rules;
        this.runs = runs;
        counts();
        broken();
    }

    private void counts() {
        line("| Provider | Rules | Run | Kept | Broken | n/a | Capabilities left out |");
        line("|---|--:|--:|--:|--:|--:|---|");
        for (ProviderRun run : runs) {
            long notRun = count(run, Outcome.NOT_RUN::equals);
            long notApplicable = count(run, Outcome.NOT_APPLICABLE::equals);
            line("| %s | %d | %d | %d | %d | %d | %s |", run.provider().name(), rules.size(), rules.size() - notApplicable - notRun,
                    count(run, Outcome.KEPT::equals), count(run, Outcome::isBroken), notApplicable, missing(run));
        }
        line("");
    }

    private long count(ProviderRun run, Predicate<Outcome> which) {
        return rules.stream().map(run::outcome).filter(which).count();
    }

    private String missing(ProviderRun run) {
        return rules.stream()
                .flatMap(rule -> rule.required().stream())
                .distinct()
                .filter(capability -> !run.provider().capabilities().contains(capability))
                .sorted()
                .map(Capability::name)
                .collect(Collectors.joining(", "));
    }

    private void broken() {
        line("| Rule | What holds | From | %s |", runs.stream().map(run -> run.provider().name()).collect(Collectors.joining(" | ")));
        line("|---|---|---|%s", "---|".repeat(runs.size()));
        rules.stream().filter(this::isBroken).forEach(rule -> line("| %s | %s | %s | %s |", rule.number(), rule.sentence(), rule.from(),
                runs.stream().map(run -> run.outcome(rule).word()).collect(Collectors.joining(" | "))));
    }

    private boolean isBroken(Rule rule) {
        return runs.stream().map(run -> run.outcome(rule)).anyMatch(outcome -> outcome.isBroken() || outcome == Outcome.NOT_RUN);
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(format, arguments)).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
