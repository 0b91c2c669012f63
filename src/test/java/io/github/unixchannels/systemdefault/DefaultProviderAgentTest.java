// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.support.ChildJvm;
import java.nio.file.Files;
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

    @Test
    void whereTheNativePartCannotBeLoadedTheDefaultIsLeftAndTheLogSaysWhy() throws Exception {
        ChildJvm child = ChildJvm.run(
                Map.of(), EarlySelector.class, "-javaagent:" + AgentJar.ofLibrary(folder), "-Djffi.extract.dir=/dev/null");
        assertEquals("EPollSelectorProvider", child.output(), child.errors());
        assertTrue(child.errors().contains(LEFT + "java.lang.UnsupportedOperationException: unix-channels cannot load jffi"), child.errors());
    }

    @Test
    void underASecurityPolicyThatDoesNotTrustItTheDefaultIsLeftAndTheJvmStarts() throws Exception {
        assumeTrue(Runtime.version().feature() < 24, "there are no security managers any more");
        Path policy = Files.writeString(folder.resolve("policy"), "grant { };");
        ChildJvm child = ChildJvm.run(
                Map.of(), EarlySelector.class, "-javaagent:" + AgentJar.ofLibrary(folder), "-Djava.security.manager",
                "-Djava.security.policy==" + policy);
        assertEquals("EPollSelectorProvider", child.output(), child.errors());
        assertTrue(child.errors().contains(LEFT + "java.security.AccessControlException: access denied"), child.errors());
    }

    @Test
    void underASecurityPolicyThatTrustsItAndNothingElseItIsTheDefault() throws Exception {
        assumeTrue(Runtime.version().feature() < 24, "there are no security managers any more");
        Path jar = AgentJar.ofLibrary(folder);
        StringBuilder grants = new StringBuilder();
        for (String trusted : AgentJar.ofDependencies()) {
            grants.append("grant codeBase \"file:").append(trusted).append("\" { permission java.security.AllPermission; };\n");
        }
        grants.append("grant codeBase \"file:").append(jar).append("\" { permission java.security.AllPermission; };\n");
        Path classes = Path.of(UnixSelectorProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        grants.append("grant codeBase \"file:").append(classes).append("/\" { permission java.security.AllPermission; };\n");
        Path policy = Files.writeString(folder.resolve("policy"), grants);
        ChildJvm child = ChildJvm.run(
                Map.of(), EarlySelector.class, "-javaagent:" + jar, "-Djava.security.manager", "-Djava.security.policy==" + policy);
        assertEquals("UnixSelectorProvider", child.output(), child.errors());
    }
}
