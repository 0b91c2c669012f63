// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.leaking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.contract.ProviderUnderTest;
import io.github.unixchannels.contract.adapters.UnixStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that keeps all rules fails nevertheless if it leaves something over. */
class LeakCheckTest {

    /** Rules most of which open a selector. */
    private static final String RULES = "ReadinessContract";

    @TempDir
    Path folder;

    @AfterAll
    static void endWhatWasLeaked() throws IOException {
        LeakingDescriptors.end();
        LeakingThreads.end();
    }

    @Test
    void aProviderThatClosesNotEveryDescriptorFailsAndIsToldWhich() throws Exception {
        assertFails(new LeakingDescriptors(), "LEAKING-DESCRIPTORS: LEAKING-DESCRIPTORS left over in ReadinessContract: "
                + "descriptors: (\\d+) \\[(socket:\\[\\d+\\](?:, socket:\\[\\d+\\])*)\\], threads: 0 \\[\\]");
    }

    @Test
    void aProviderWhoseThreadsDoNotEndFailsAndIsToldWhich() throws Exception {
        assertFails(new LeakingThreads(), "LEAKING-THREADS: LEAKING-THREADS left over in ReadinessContract: "
                + "descriptors: 0 \\[\\], threads: (\\d+) \\[(leaked(?:, leaked)*)\\]");
    }

    @Test
    void aProviderThatLeavesNothingOverPasses() throws Exception {
        SuiteRun run = SuiteRun.of(RULES, new UnixStream(), folder);
        assertEquals(List.of(), run.failures());
        assertTrue(run.passed() > 0);
    }

    /** @param failure has two groups: how many, and which */
    private void assertFails(ProviderUnderTest provider, String failure) throws IOException {
        SuiteRun run = SuiteRun.of(RULES, provider, folder);
        assertEquals(1, run.failures().size(), () -> "failures: " + run.failures());
        Matcher matcher = Pattern.compile(failure).matcher(run.failures().get(0));
        assertTrue(matcher.matches(), run.failures().get(0));
        int count = Integer.parseInt(matcher.group(1));
        assertEquals(count, matcher.group(2).split(", ").length);
        assertTrue(count > 1 && count >= run.passed() / 2, () -> count + " in " + run.passed() + " cases");
    }
}
