// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ChildJvm;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent leaves alone; that it does what it is for is in {@link SystemDefaultTest}. */
class DefaultProviderAgentTest {

    private static final String LEFT = "the agent leaves the system's default selector provider as it is: ";

    @TempDir
    Path folder;

    @Test
    void aPropertyThatNamesOursAlreadyIsNoObstacle() throws Exception {
        ChildJvm child = ChildJvm.run(
                Map.of(), EarlySelector.class, "-javaagent:" + AgentJar.ofLibrary(folder), AskedFor.PROVIDER);
        assertEquals("UnixSelectorProvider", child.output(), child.errors());
    }

    @Test
    void aPropertyThatNamesAnotherProviderIsLeftAndTheLogSaysSo() throws Exception {
        ChildJvm child = ChildJvm.run(
                Map.of(), EarlySelector.class, "-javaagent:" + AgentJar.ofLibrary(folder),
                "-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.PollSelectorProvider");
        assertEquals("PollSelectorProvider", child.output(), child.errors());
        String text = LEFT + "-Djava.nio.channels.spi.SelectorProvider names sun.nio.ch.PollSelectorProvider";
        assertTrue(child.errors().contains(text), child.errors());
    }

    @Test
    void aDefaultThatIsInUseAlreadyIsLeftAndTheLogSaysSo() throws Exception {
        ChildJvm child = ChildJvm.run(
                Map.of(), EarlySelector.class, "-javaagent:" + AgentJar.naming(EarlySelector.class, folder),
                "-javaagent:" + AgentJar.ofLibrary(folder));
        assertEquals("EPollSelectorProvider", child.output(), child.errors());
        assertTrue(child.errors().contains(LEFT + "sun.nio.ch.EPollSelectorProvider was in use before it came"), child.errors());
    }
}
