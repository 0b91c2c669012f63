// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.leaking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.contract.ProviderUnderTest;
import io.github.unixchannels.contract.adapters.UnixStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that keeps all rules fails nevertheless if it leaves something over. */
class LeakCheckTest {

    /** Seven rules; each opens one selector. */
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
                + "descriptors: 7 \\[socket:\\[\\d+\\](, socket:\\[\\d+\\]){6}\\], threads: 0 \\[\\]");
    }

    @Test
    void aProviderWhoseThreadsDoNotEndFailsAndIsToldWhich() throws Exception {
        assertFails(new LeakingThreads(), "LEAKING-THREADS: LEAKING-THREADS left over in ReadinessContract: "
                + "descriptors: 0 \\[\\], threads: 7 \\[leaked(, leaked){6}\\]");
    }

    @Test
    void aProviderThatLeavesNothingOverPasses() throws Exception {
        SuiteRun run = SuiteRun.of(RULES, new UnixStream(), folder);
        assertEquals(List.of(), run.failures());
        assertEquals(7, run.passed());
    }

    private void assertFails(ProviderUnderTest provider, String failure) throws IOException {
        SuiteRun run = SuiteRun.of(RULES, provider, folder);
        assertEquals(7, run.passed());
        assertEquals(1, run.failures().size(), () -> "failures: " + run.failures());
        assertTrue(run.failures().get(0).matches(failure), run.failures().get(0));
    }
}
