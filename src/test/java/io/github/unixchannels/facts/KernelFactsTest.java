// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the library relies on holds on this kernel; the page about it names what the program asks. */
class KernelFactsTest {

    @TestFactory
    Stream<DynamicNode> whatIsReliedOnHolds() {
        return KernelFacts.all().entrySet().stream().map(subject -> DynamicContainer.dynamicContainer(subject.getKey(),
                subject.getValue().stream().map(fact -> DynamicTest.dynamicTest(fact.id() + " " + fact.holds(), () -> ask(fact)))));
    }

    private static void ask(Fact fact) {
        Seen seen = fact.see();
        if (fact.isReliedOn()) {
            seen.failures().forEach(failure -> {
                throw new AssertionError(fact.id() + ": " + failure, failure);
            });
            assertEquals(List.of(), seen.deviations(), fact::holds);
        }
    }

    @Test
    void everyFactHasANumberOfItsOwn() {
        List<String> ids = facts().map(Fact::id).toList();
        assertEquals(ids.stream().distinct().toList(), ids);
    }

    @Test
    void thePageNamesEveryFactAndNoOther() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("docs/kernel-facts.md"));
        List<String> rows = lines.stream().filter(line -> line.startsWith("| kernel-")).toList();
        List<Fact> facts = facts().toList();
        assertEquals(facts.size(), rows.size(), "rows of the page; make it again as it says");
        for (int i = 0; i < rows.size(); i++) {
            String row = rows.get(i);
            String first = FactsPage.firstCells(facts.get(i));
            assertTrue(row.startsWith(first), () -> "make the page again as it says: it has <" + row + ">, the program <" + first + ">");
        }
    }

    private static Stream<Fact> facts() {
        return KernelFacts.all().values().stream().flatMap(List::stream);
    }
}
