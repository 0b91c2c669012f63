// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes with a message when the receiver set an option, and does not come when it did not. */
@ExtendWith(NothingLeaks.class)
class PassOptionEffectTest {

    private static NetworkChannel receiver(MessageEnds ends) {
        return (NetworkChannel) ends.second().channel();
    }

    private static void set(MessageEnds ends, SocketOption<Boolean> option, boolean on) throws IOException {
        try {
            receiver(ends).setOption(option, on);
        } catch (UnsupportedOperationException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    private static MessageInfo exchange(MessageEnds ends, AncillaryData received) throws IOException {
        ends.first().write(ByteBuffer.allocate(1));
        return ends.second().receive(ByteBuffer.allocate(8), received);
    }

    @ParameterizedTest
    @EnumSource
    void credentialsComeWhileTheyAreWanted(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData received = AncillaryData.create()) {
            exchange(ends, received);
            assertNull(received.senderCredentials());
            set(ends, UnixSocketOptions.SO_PASSCRED, true);
            exchange(ends, received);
            assertEquals(PeerCredentials.ofThisProcess(), received.senderCredentials());
            set(ends, UnixSocketOptions.SO_PASSCRED, false);
            exchange(ends, received);
            assertNull(received.senderCredentials());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDescriptorOfTheSendersProcessComesWhileItIsWanted(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData received = AncillaryData.create()) {
            exchange(ends, received);
            assertNull(received.takeSenderPidfd());
            set(ends, UnixSocketOptions.SO_PASSPIDFD, true);
            exchange(ends, received);
            try (OwnedFd process = received.takeSenderPidfd()) {
                String pid = "Pid:\t" + ProcessHandle.current().pid();
                assertTrue(Files.readAllLines(Path.of("/proc/self/fdinfo/" + process.number())).contains(pid));
                assertNull(received.takeSenderPidfd());
            }
            exchange(ends, received); // not taken: closed with the ancillary data
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEQPACKET", "DGRAM"})
    void aTimeComesWhileItIsWanted(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData received = AncillaryData.create()) {
            set(ends, UnixSocketOptions.SO_TIMESTAMP, true);
            exchange(ends, received);
            assertNotNull(received.timestamp());
        }
    }

    @Test
    void onSeqpacketAReceiveSetsTimestampsForGood() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET); AncillaryData received = AncillaryData.create()) {
            set(ends, UnixSocketOptions.SO_TIMESTAMP, true);
            set(ends, UnixSocketOptions.SO_TIMESTAMP, false);
            assertEquals(false, receiver(ends).getOption(UnixSocketOptions.SO_TIMESTAMP));
            exchange(ends, received);
            assertEquals(true, receiver(ends).getOption(UnixSocketOptions.SO_TIMESTAMP));
            set(ends, UnixSocketOptions.SO_TIMESTAMP, false);
            assertEquals(true, receiver(ends).getOption(UnixSocketOptions.SO_TIMESTAMP));
            ends.first().send(ByteBuffer.allocate(0), AncillaryData.create());
            assertFalse(ends.second().receive(ByteBuffer.allocate(8), received).isEnd());
        }
    }

    @Test
    void onDatagramsTimestampsCanBeSwitchedOffAgain() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.DGRAM); AncillaryData received = AncillaryData.create()) {
            set(ends, UnixSocketOptions.SO_TIMESTAMP, true);
            exchange(ends, received);
            set(ends, UnixSocketOptions.SO_TIMESTAMP, false);
            exchange(ends, received);
            assertNull(received.timestamp());
        }
    }
}
