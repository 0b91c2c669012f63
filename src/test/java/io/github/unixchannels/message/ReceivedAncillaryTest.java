// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of the control messages that came: who owns what, and what is told of it. */
@ExtendWith(NothingLeaks.class)
class ReceivedAncillaryTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final ReceivedAncillary reception = new ReceivedAncillary(faulty.syscalls());

    @Test
    void everythingIsToldAsItCame() {
        receive(new ControlImage().timestamp(5, 999_999).credentials(7, -1, -2).label("staff"), 0);

        assertEquals(Instant.ofEpochSecond(5, 999_999_000), reception.timestamp());
        assertEquals(new PeerCredentials(7, 0xffff_ffffL, 0xffff_fffeL), reception.credentials());
        assertEquals("staff", reception.label());
        assertFalse(reception.isControlTruncated());
        assertEquals(0, reception.descriptors().count());
    }

    @Test
    void nothingOfAMessageIsToldOfTheNext() {
        receive(new ControlImage().timestamp(5, 6).credentials(7, 8, 9).label("staff"), Linux.MSG_CTRUNC);
        assertTrue(reception.isControlTruncated());
        reception.clear();
        receive(new ControlImage(), 0);

        assertNull(reception.timestamp());
        assertNull(reception.credentials());
        assertNull(reception.label());
        assertFalse(reception.isControlTruncated());
    }

    @Test
    void theCredentialsOfTheSameSenderAreTheSameObject() {
        receive(new ControlImage().credentials(7, 8, 9), 0);
        PeerCredentials first = reception.credentials();
        reception.clear();
        receive(new ControlImage().credentials(7, 8, 9), 0);

        assertSame(first, reception.credentials());
    }

    @Test
    void whatIsNotTakenIsClosedOnceWhateverCloseReturns() {
        faulty.next("close", (real, arguments) -> {
            real.with(arguments);
            return -Errno.EIO;
        });
        receive(new ControlImage().rights(eventfd(), eventfd()).pidfd(eventfd()), 0);

        reception.clear();
        reception.clear();

        assertEquals(3, faulty.count("close"));
    }

    @Test
    void ofSeveralPidfdsTheFirstIsClosed() {
        receive(new ControlImage().pidfd(eventfd()).pidfd(eventfd()), 0);
        assertEquals(1, faulty.count("close"));

        reception.clear();
    }

    @Test
    void moreDescriptorsThanAMessageCanBringAreClosed() {
        int[] fds = new int[Linux.SCM_MAX_FD + 2];
        for (int i = 0; i < fds.length; i++) {
            fds[i] = eventfd();
        }
        receive(new ControlImage().rights(fds), 0);

        assertEquals(Linux.SCM_MAX_FD, reception.descriptors().count());
        assertEquals(2, faulty.count("close"));
        reception.clear();
    }

    /** In place of a descriptor for which there is no room the kernel gives the error number (scm_pidfd_recv). */
    @ParameterizedTest
    @CsvSource({"24, true", "23, true", "3, false", "1, false"})
    void anErrorNumberInPlaceOfAPidfdIsNone(int errno, boolean noRoom) {
        receive(new ControlImage().pidfd(-errno), 0);

        assertEquals(ReceivedDescriptors.NONE, reception.descriptors().pidfd());
        assertEquals(noRoom, reception.isControlTruncated());
    }

    private void receive(ControlImage image, int flags) {
        reception.control(image.bytes, image.length(), flags);
    }

    private static int eventfd() {
        return HostSyscalls.get().eventfd(0, Linux.EFD_CLOEXEC);
    }
}
