// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.unixchannels.facts.OwnUser;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What RLIMIT_NOFILE does, in a process where it is low: {@link LimitedProcess}, which says the same of each type in turn. */
class DescriptorLimitTest {

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
        List<String> launcher = OwnUser.launcher();
        OtherProgram.assume(followedBy(launcher, List.of("true")).toArray(String[]::new));
        assertPrints("refused=-1 writable=true sent=1 lost=0", run(followedBy(launcher, LIMITED), "underway"));
    }

    private static List<String> followedBy(List<String> launcher, List<String> command) {
        return Stream.concat(launcher.stream(), command.stream()).toList();
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
        assumeFalse(child.output().equals(LimitedProcess.NOT_ALONE), "unshare(CLONE_FILES) is not permitted here");
        return child.output();
    }

    private static void assertPrints(String line, String output) {
        assertEquals(String.join("\n", line, line, line), output);
    }
}
