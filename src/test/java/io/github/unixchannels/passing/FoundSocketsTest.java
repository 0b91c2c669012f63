// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import org.junit.jupiter.api.Test;

/** Numbers that change hands while sockets are looked for. */
class FoundSocketsTest {

    /** The first call is the one that tells the socket apart: before it the number is the channel's, afterwards another's. */
    @Test
    void aNumberThatBecomesAnotherSocketsIsNotFound() {
        try (RawDescriptors raw = new RawDescriptors()) {
            int wanted = raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM);
            int another = raw.socket(Linux.AF_UNIX, Linux.SOCK_SEQPACKET);
            int[] duplicate = {raw.duplicate(wanted)};
            FaultySyscalls faulty = new FaultySyscalls();
            faulty.next("getsockopt", (real, arguments) -> {
                HostSyscalls.get().dup3(another, duplicate[0], Linux.O_CLOEXEC);
                return real.with(arguments);
            });
            boolean[] isWanted = {true, false};
            int[] looks = {0};
            FoundSockets found = FoundSockets.search(duplicate, number -> isWanted[looks[0]++], faulty.syscalls());
            assertEquals(0, found.count());
        }
    }
}
