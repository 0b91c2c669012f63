// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who sent a message, and when, as the kernel tells a receiver that asked for it. */
@ExtendWith(NothingLeaks.class)
class SenderCredentialsTest {

    private static final long ANOTHER_ID = 4_294_967_294L;

    private final AncillaryData sent = AncillaryData.create();
    private final AncillaryData received = AncillaryData.create();
    private final ByteBuffer one = ByteBuffer.allocate(1);
    private final PeerCredentials own = PeerCredentials.ofThisProcess();

    @AfterEach
    void close() {
        sent.close();
        received.close();
    }

    @ParameterizedTest
    @EnumSource
    void credentialsAreSentOnceAndDroppedByASendThatFails(UnixProtocolFamily family) throws IOException {
        FaultySyscalls faulty = new FaultySyscalls().fail("sendmsg", Errno.EPERM, 1).fail("sendmsg", Errno.EINVAL, 1);
        UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
        try (MessageEnds ends = passing(MessageEnds.open(provider, family), Linux.SO_PASSCRED)) {
            sent.credentials(own);
            IOException e = assertThrows(IOException.class, () -> ends.first().send(one.clear(), sent));
            assertTrue(e.getMessage().endsWith("): Operation not permitted (EPERM): the credentials are not this process's"), e.getMessage());
            sent.credentials(own);
            assertThrows(IOException.class, () -> ends.first().send(one.clear(), sent));
            assertEquals(0, one.position());
            sent.credentials(own);
            assertEquals(own, sender(ends));
            assertEquals(3, faulty.count("sendmsg"));
            sender(ends);
            assertEquals(3, faulty.count("sendmsg"), "nothing beside it: send(2)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsPrivilegedNamesAnotherProcessUserAndGroup(UnixProtocolFamily family) throws IOException {
        assumeTrue(own.uid() == 0, "only root may name another");
        PeerCredentials another = new PeerCredentials(1, ANOTHER_ID, ANOTHER_ID);
        try (MessageEnds ends = passing(MessageEnds.open(family), Linux.SO_PASSCRED)) {
            sent.credentials(another);
            assertEquals(another, sender(ends));
            assertEquals(own, sender(ends));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsNotPrivilegedIsRefusedAndNothingIsSent(UnixProtocolFamily family) throws IOException {
        assumeTrue(own.uid() != 0, "root may name another");
        try (MessageEnds ends = passing(MessageEnds.open(family), Linux.SO_PASSCRED)) {
            sent.credentials(new PeerCredentials(own.pid(), 0, 0));
            IOException e = assertThrows(IOException.class, () -> ends.first().send(one.clear(), sent));
            assertTrue(e.getMessage().endsWith("): Operation not permitted (EPERM): the credentials are not this process's"), e.getMessage());
            sent.clear().credentials(own);
            assertEquals(own, sender(ends));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSendersProcessComesAsADescriptorThatIsTakenOnce(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            assumeTrue(RawDescriptor.set(ends.second().channel(), Linux.SO_PASSPIDFD, 1), "SO_PASSPIDFD comes with Linux 6.5");
            sender(ends);
            sender(ends); // the first is closed
            try (OwnedFd pidfd = received.takeSenderPidfd()) {
                assertNotNull(pidfd);
                assertNull(received.takeSenderPidfd());
                assertEquals(0, received.descriptorCount());
            }
            sender(ends);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void aMessageComesWithItsTimeOnSeqpacketAlwaysAndOnDgramIfAskedFor(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            sender(ends);
            assertEquals(family == UnixProtocolFamily.SEQPACKET, received.timestamp() != null);
            assertTrue(RawDescriptor.set(ends.second().channel(), Linux.SO_TIMESTAMP, 1));
            for (int i = 0; i < 3; i++) {
                sender(ends);
                Instant time = received.timestamp();
                assertTrue(Duration.between(time, Instant.now()).abs().toHours() < 1, "time " + time);
                assertEquals(time, time.truncatedTo(ChronoUnit.MICROS));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM")
    void onAStreamNothingHasATime(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            assertTrue(RawDescriptor.set(ends.second().channel(), Linux.SO_TIMESTAMP, 1));
            sender(ends);
            assertNull(received.timestamp());
        }
    }

    private static MessageEnds passing(MessageEnds ends, int option) {
        assertTrue(RawDescriptor.set(ends.second().channel(), option, 1));
        return ends;
    }

    /** Sends a message with what is to be sent beside it, and receives it; returns whose it is. */
    private PeerCredentials sender(MessageEnds ends) throws IOException {
        assertEquals(1, ends.first().send(one.clear(), sent));
        assertEquals(1, ends.second().receive(one.clear(), received).length());
        return received.senderCredentials();
    }
}
