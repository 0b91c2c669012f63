// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A provider that keeps all rules fails nevertheless if it leaves something over. */
class LeakCheckTest {

    /** Rules most of which open a selector. */
    private static final String RULES = "Readiness";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @BeforeAll
    static void requireClassPath() {
        assumeTrue(System.getProperty("contract.module", "").isEmpty(), "these providers are in no named module");
    }

    @AfterAll
    static void endWhatWasLeaked() throws IOException {
        Leaking.Descriptors.end();
        Leaking.Threads.end();
    }

    @Test
    void aProviderThatClosesNotEveryDescriptorFailsAndIsToldWhich() {
        assertFails(Leaking.Descriptors.class, "UNIX-CHANNELS-STREAM left over in ReadinessContract: "
                + "descriptors: (\\d+) \\[(socket:\\[\\d+\\](?:, socket:\\[\\d+\\])*)\\], threads: 0 \\[\\]");
    }

    @Test
    void aProviderWhoseThreadsDoNotEndFailsAndIsToldWhich() {
        assertFails(Leaking.Threads.class, "UNIX-CHANNELS-STREAM left over in ReadinessContract: "
                + "descriptors: 0 \\[\\], threads: (\\d+) \\[(leaked(?:, leaked)*)\\]");
    }

    /** @param failure has two groups: how many, and which */
    private static void assertFails(Class<? extends Facade> provider, String failure) {
        SuiteRun run = SuiteRun.of(provider, RULES, PATIENCE);
        assertEquals(1, run.failures().size(), () -> "failures: " + run.failures());
        String message = run.failures().values().iterator().next().getMessage();
        Matcher matcher = Pattern.compile(failure).matcher(message);
        assertTrue(matcher.matches(), message);
        int count = Integer.parseInt(matcher.group(1));
        assertEquals(count, matcher.group(2).split(", ").length);
        assertTrue(count > 1 && count >= run.passed().size() / 2, () -> count + " in " + run.passed().size() + " cases");
    }
}
