// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What RLIMIT_NOFILE does, in a process where it is low: {@link LimitedProcess}, which says the same of each type in turn. */
class DescriptorLimitTest {

    private static final List<String> UNPRIVILEGED = List.of("setpriv", "--bounding-set=-sys_admin,-sys_resource");
    private static final List<String> LIMITED = List.of("sh", "-c", "ulimit -n 256 && exec \"$0\" \"$@\"");

    @Test
    void descriptorsThatTheLimitLeavesNoRoomForAreToldToBeGoneAndTheOthersAreThere() throws Exception {
        assertPrints("truncated=true bytes=1 came=2 next=false leaked=0", run(LIMITED, "room"));
    }

    @Test
    void aProcessThatTheLimitLeavesNoRoomForIsToldToBeGone() throws Exception {
        String output = run(LIMITED, "pidfd");
        assumeFalse(output.startsWith("known=false"), "SO_PASSPIDFD comes with Linux 6.5");
        assertPrints("known=true came=true truncated=true came=false", output);
    }

    @Test
    void moreDescriptorsUnderwayThanTheLimitAreAReasonToWaitUntilSomeAreReceived() throws Exception {
        List<String> launcher = new ArrayList<>();
        if (PeerCredentials.ofThisProcess().uid() == 0) {
            OtherProgram.assume("setpriv", UNPRIVILEGED.get(1), "true");
            launcher.addAll(UNPRIVILEGED);
        }
        launcher.addAll(LIMITED);
        assertPrints("refused=-1 writable=true sent=1 lost=0", run(launcher, "underway"));
    }

    /** The eventfd that a close writes to, and the epoll instance of virtual threads, are made when they are needed first. */
    @Test
    void aWaitForWhichTheLimitLeavesNoDescriptorGoesOnWithout() throws Exception {
        String virtual = VirtualThreadStarter.isAvailable() ? "received=1 " : "";
        assertPrints(virtual + "received=1 accepted=true ended=AsynchronousCloseException", run(LIMITED, "waiting"));
    }

    private static String run(List<String> launcher, String subject) throws Exception {
        OtherProgram.assume("sh", "-c", "ulimit -n 256");
        ChildJvm child = ChildJvm.runBy(launcher, Map.of(), LimitedProcess.class, "-Dsubject=" + subject);
        assertEquals(0, child.exitCode(), child.errors());
        return child.output();
    }

    private static void assertPrints(String line, String output) {
        assertEquals(String.join("\n", line, line, line), output);
    }
}
