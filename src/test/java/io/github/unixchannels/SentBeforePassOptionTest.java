// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who sent a message, where it was sent before the receiver wanted to know. */
@ExtendWith(NothingLeaks.class)
class SentBeforePassOptionTest {

    private final ByteBuffer message = ByteBuffer.allocate(1);

    @ParameterizedTest
    @EnumSource
    void whatWasSentBeforeItWasSetComesWithTheCredentialsOfNobody(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family);
                AncillaryData nothing = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            ends.first().send(message.clear(), nothing);
            ((NetworkChannel) ends.second().channel()).setOption(UnixSocketOptions.SO_PASSCRED, true);
            ends.first().send(message.clear(), nothing);

            ends.second().receive(message.clear(), received);
            assertEquals(0, received.senderCredentials().pid());
            ends.second().receive(message.clear(), received);
            assertEquals(PeerCredentials.ofThisProcess(), received.senderCredentials());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSentBeforeItWasSetComesWithoutADescriptorOfTheProcess(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family);
                AncillaryData nothing = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            ends.first().send(message.clear(), nothing);
            setPassPidfd((NetworkChannel) ends.second().channel());
            ends.first().send(message.clear(), nothing);

            MessageInfo info = ends.second().receive(message.clear(), received);
            assertNull(received.takeSenderPidfd());
            assertFalse(info.isControlTruncated());
            ends.second().receive(message.clear(), received);
            received.takeSenderPidfd().close();
        }
    }

    private static void setPassPidfd(NetworkChannel channel) throws IOException {
        try {
            channel.setOption(UnixSocketOptions.SO_PASSPIDFD, true);
        } catch (UnsupportedOperationException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void whatIsSentAfterTheListenerHadItSetComesWithTheCredentialsOfTheSender(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(family); AncillaryData received = AncillaryData.create()) {
            listener.setOption(UnixSocketOptions.SO_PASSCRED, true);
            listener.bind(AbstractSocketAddress.AUTOBIND);
            try (UnixSocketChannel client = UnixSocketChannel.open(family, listener.getLocalAddress())) {
                client.write(message.clear());
                try (UnixSocketChannel accepted = listener.accept()) {
                    client.write(message.clear());

                    accepted.receive(message.clear(), received);
                    assertEquals(PeerCredentials.ofThisProcess(), received.senderCredentials());
                    accepted.receive(message.clear(), received);
                    assertEquals(PeerCredentials.ofThisProcess(), received.senderCredentials());
                }
            }
        }
    }
}
