// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.Batches;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that go and come in batches: which of them, in what order, and what is told of each. */
@ExtendWith(NothingLeaks.class)
class BatchTransferTest {

    private final MessageBatch received = MessageBatch.create(4, 5);

    private static MessageEnds nonBlocking(UnixProtocolFamily family) throws IOException {
        MessageEnds ends = MessageEnds.open(family);
        ends.first().channel().configureBlocking(false);
        ends.second().channel().configureBlocking(false);
        return ends;
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void messagesComeInTheOrderInWhichTheyWent(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = nonBlocking(family)) {
            MessageBatch sent = Batches.of(5, "a", "", "abcde");
            assertEquals(3, ends.first().send(sent));
            assertEquals(3, sent.position());
            for (int i = 0; i < 3; i++) {
                assertFalse(sent.buffer(i).hasRemaining());
            }
            assertEquals(3, ends.second().receive(received));
            assertEquals(List.of("a", "", "abcde"), Batches.received(received));
            assertEquals(5, received.fullLength(2));
            assertEquals(UnixDomainSocketAddress.of(""), received.sender(2));
            assertEquals(0, ends.second().receive(received));
            assertEquals(3, received.position());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void onlyWhatIsBetweenPositionAndLimitGoesAndComes(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = nonBlocking(family)) {
            assertEquals(2, ends.first().send(Batches.of(1, "a", "b", "c", "d").limit(3).position(1)));
            received.buffer(0).clear().put(0, (byte) 'x').limit(0);
            assertEquals(1, ends.second().receive(received.limit(2).position(1)));
            assertEquals(List.of("", "b"), Batches.received(received));
            assertEquals(0, ends.second().receive(received));
            assertEquals(0, ends.first().send(received));
            assertEquals((byte) 'x', received.buffer(0).clear().get(0));
            assertEquals(1, ends.second().receive(received.clear()));
            assertEquals(List.of("c"), Batches.received(received));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void theRestOfAFullBatchComesWithTheNextReceive(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = nonBlocking(family)) {
            ends.first().send(Batches.of(1, "a", "b", "c", "d", "e", ""));
            assertEquals(4, ends.second().receive(received));
            assertEquals(List.of("a", "b", "c", "d"), Batches.received(received));
            assertEquals(2, ends.second().receive(received.clear()));
            assertEquals(List.of("e", ""), Batches.received(received));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void whatRemainsInASlotsBufferIsTheMessage(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = nonBlocking(family)) {
            MessageBatch sent = Batches.of(5, "abcde", "fghij");
            sent.buffer(0).position(1).limit(3);
            sent.buffer(1).position(5);
            ends.first().send(sent);
            assertEquals(2, ends.second().receive(received));
            assertEquals(List.of("bc", ""), Batches.received(received));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void whatDoesNotFitIntoASlotIsGoneAndToldOfThatMessageAlone(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = nonBlocking(family)) {
            ends.first().send(Batches.of(9, "a", "abcdefghi", "b"));
            assertEquals(3, ends.second().receive(received));
            assertEquals(List.of("a", "abcde", "b"), Batches.received(received));
            assertEquals(9, received.fullLength(1));
            assertTrue(received.isTruncated(1));
            assertFalse(received.isTruncated(0) || received.isTruncated(2));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void whatWasReceivedIsSentOnAsItIs(UnixProtocolFamily family) throws IOException {
        try (MessageEnds from = nonBlocking(family);
                MessageEnds to = nonBlocking(family)) {
            from.first().send(Batches.of(5, "abc", "", "d"));
            assertEquals(3, from.second().receive(received));
            assertEquals(3, to.first().send(received.flip()));
            assertEquals(3, to.second().receive(received.clear()));
            assertEquals(List.of("abc", "", "d"), Batches.received(received));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void withoutRoomForAllThoseForWhichThereIsRoomGoAndTheNextSendGoesOn(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = nonBlocking(family)) {
            MessageBatch large = MessageBatch.create(40, 60_000);
            for (int i = 0; i < large.capacity(); i++) {
                large.buffer(i).clear().put(0, (byte) i);
            }
            MessageBatch room = MessageBatch.create(40, 1);
            int arrived = 0;
            boolean wasRefused = false;
            while (large.hasRemaining()) {
                int before = large.position();
                int n = ends.first().send(large);
                assertEquals(before + n, large.position());
                wasRefused |= large.hasRemaining();
                for (int i = large.position(); i < large.limit(); i++) {
                    assertEquals(60_000, large.buffer(i).remaining());
                }
                assertEquals(n, ends.second().receive(room.clear()));
                for (int i = 0; i < n; i++) {
                    assertEquals(arrived++, room.buffer(i).get(0));
                }
            }
            assertTrue(wasRefused);
            assertEquals(40, arrived);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void batchesAndSingleMessagesKeepTheirOrder(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = nonBlocking(family);
                AncillaryData beside = AncillaryData.create()) {
            ends.first().write(Batches.bytes("a"));
            ends.first().send(Batches.of(5, "b", "c"));
            ends.first().send(Batches.bytes("d"), beside);
            ends.first().send(Batches.of(5, "e"));
            ByteBuffer one = ByteBuffer.allocate(5);
            assertEquals(1, ends.second().read(one));
            assertEquals(1, ends.second().receive(received.limit(1)));
            assertEquals(1, ends.second().receive(one, beside).length());
            assertEquals(Batches.bytes("ac"), one.flip());
            assertEquals(List.of("b"), Batches.received(received));
            assertEquals(2, ends.second().receive(received.clear()));
            assertEquals(List.of("d", "e"), Batches.received(received));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void descriptorsBesideAMessageAreClosedAndThatIsTold(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = nonBlocking(family);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData beside = AncillaryData.create()) {
            ends.first().write(Batches.bytes("a"));
            ends.first().send(Batches.bytes("b"), beside.descriptor(fd).descriptor(fd));
            assertEquals(2, ends.second().receive(received));
            assertEquals(List.of("a", "b"), Batches.received(received));
            assertFalse(received.isControlTruncated(0));
            assertTrue(received.isControlTruncated(1));
        }
    }

    @Test
    void theRestOfAMessageThatAReadLeftComesFirstAndAlone() throws IOException {
        try (MessageEnds ends = nonBlocking(UnixProtocolFamily.SEQPACKET)) {
            ends.first().send(Batches.of(20, "abcdefghijkl", "m"));
            assertEquals(2, ends.second().read(ByteBuffer.allocate(2)));
            assertEquals(1, ends.second().receive(received));
            assertEquals(List.of("cdefg"), Batches.received(received));
            assertEquals(10, received.fullLength(0));
            assertEquals(1, ends.second().receive(received));
            assertEquals(List.of("cdefg", "m"), Batches.received(received));
        }
    }

    @Test
    void theEndComesAfterAllMessages() throws IOException {
        try (MessageEnds ends = nonBlocking(UnixProtocolFamily.SEQPACKET)) {
            ends.first().send(Batches.of(5, "a", "", "b"));
            ends.first().close();
            assertEquals(3, ends.second().receive(received));
            assertEquals(List.of("a", "", "b"), Batches.received(received));
            assertEquals(-1, ends.second().receive(received));
            assertEquals(-1, ends.second().receive(received.clear()));
            assertEquals(0, received.position());
        }
    }

    @Test
    void emptyMessagesOfAPeerThatIsThereAreNotTheEnd() throws IOException {
        try (MessageEnds ends = nonBlocking(UnixProtocolFamily.SEQPACKET)) {
            ends.first().send(Batches.of(5, "", "", "", "", ""));
            assertEquals(4, ends.second().receive(received));
            assertEquals(1, ends.second().receive(received.clear()));
            assertEquals(0, ends.second().receive(received));
            ends.first().send(Batches.of(5, "", "", "", "", "x"));
            ends.first().close();
            assertEquals(4, ends.second().receive(received.clear()));
            assertEquals(1, ends.second().receive(received.clear()));
            assertEquals(-1, ends.second().receive(received.clear()));
        }
    }

    @Test
    void datagramsSayWhoSentThemAndGoToTheirTargets() throws IOException {
        try (UnixDatagramChannel a = bound();
                UnixDatagramChannel b = bound();
                UnixDatagramChannel unnamed = UnixDatagramChannel.open()) {
            MessageBatch sent = Batches.of(5, "a", "b", "c");
            sent.target(0, a.getLocalAddress()).target(1, b.getLocalAddress()).target(2, a.getLocalAddress());
            assertEquals(3, b.send(sent));
            assertEquals(1, unnamed.send(Batches.of(5, "d").target(0, a.getLocalAddress())));
            assertEquals(3, a.receive(received));
            assertEquals(List.of("a", "c", "d"), Batches.received(received));
            assertEquals(b.getLocalAddress(), received.sender(0));
            assertEquals(b.getLocalAddress(), received.sender(1));
            assertEquals(UnixDomainSocketAddress.of(""), received.sender(2));
            assertNull(received.target(0));
            assertEquals(1, b.receive(received.limit(4)));
            assertEquals(b.getLocalAddress(), received.sender(3));
            assertEquals(b.getLocalAddress(), received.sender(0));
        }
    }

    @Test
    void aSocketsPeerIsTheSenderAlsoInABatchThatDatagramsCameInto() throws IOException {
        try (UnixDatagramChannel a = bound();
                MessageEnds ends = nonBlocking(UnixProtocolFamily.SEQPACKET)) {
            a.send(Batches.bytes("a"), a.getLocalAddress());
            ends.first().write(Batches.bytes("b"));
            assertEquals(1, a.receive(received));
            assertEquals(1, ends.second().receive(received));
            a.send(Batches.bytes("c"), a.getLocalAddress());
            assertEquals(1, a.receive(received));
            SocketAddress name = a.getLocalAddress();
            assertEquals(List.of(name, UnixDomainSocketAddress.of(""), name),
                    List.of(received.sender(0), received.sender(1), received.sender(2)));
        }
    }

    @Test
    void whatOthersSentBeforeAConnectIsNotReceived() throws IOException {
        try (UnixDatagramChannel receiver = bound();
                UnixDatagramChannel peer = bound();
                UnixDatagramChannel stranger = bound()) {
            SocketAddress name = receiver.getLocalAddress();
            peer.send(Batches.bytes("a"), name);
            stranger.send(Batches.bytes("xyz"), name);
            peer.send(Batches.bytes("b"), name);
            receiver.connect(peer.getLocalAddress());
            while (receiver.receive(received) > 0) {
                assertEquals(peer.getLocalAddress(), received.sender(received.position() - 1));
            }
            assertEquals(List.of("a", "b"), Batches.received(received));
            assertEquals(0, received.buffer(1).clear().get(1), "the stranger's bytes are not there");
            peer.connect(name).send(Batches.of(5, "c", "d"));
            assertEquals(2, receiver.receive(received));
        }
    }

    private static UnixDatagramChannel bound() throws IOException {
        UnixDatagramChannel channel = UnixDatagramChannel.open().bind(AbstractNames.unique());
        channel.configureBlocking(false);
        return channel;
    }
}
