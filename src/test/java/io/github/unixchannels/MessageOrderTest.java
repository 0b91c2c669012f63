// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.RawDescriptor;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes with what, and after what: descriptors stay with their bytes, and reads, receives and ends follow one another. */
@ExtendWith(NothingLeaks.class)
class MessageOrderTest {

    private static final int LARGE = 2 << 20;

    private final AncillaryData sent = AncillaryData.create();
    private final AncillaryData received = AncillaryData.create();
    private final ByteBuffer room = ByteBuffer.allocate(100);
    private OwnedFd fd;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        fd = RawDescriptor.eventfd();
    }

    @AfterEach
    void close() {
        fd.close();
        sent.close();
        received.close();
    }

    @Test
    void onAStreamAReceiveEndsAfterBytesWithDescriptorsAndMayBeginWithEarlierOnes() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.STREAM)) {
            ends.first().write(bytes("ab"));
            ends.first().send(bytes("cd"), sent.descriptor(fd));
            ends.first().send(bytes("ef"), sent.descriptor(fd).descriptor(fd));
            ends.first().write(bytes("gh"));

            assertReceives("abcd", 1, ends);
            assertReceives("ef", 2, ends);
            assertReceives("gh", 0, ends);
        }
    }

    @Test
    void onAStreamDescriptorsComeWithTheFirstByteOfTheirs() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.STREAM)) {
            ends.first().write(bytes("ab"));
            ends.first().send(bytes("cde"), sent.descriptor(fd));
            room.limit(2);
            assertReceives("ab", 0, ends);
            room.limit(1);
            assertReceives("c", 1, ends);
            assertReceives("de", 0, ends);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofANonBlockingStreamSendThatSendsAPartTheDescriptorsGoOnceWithTheFirstByte(boolean direct) throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.STREAM)) {
            ends.first().channel().configureBlocking(false);
            ends.second().channel().configureBlocking(false);
            ByteBuffer src = direct ? ByteBuffer.allocateDirect(LARGE) : ByteBuffer.allocate(LARGE);
            ByteBuffer dst = ByteBuffer.allocateDirect(LARGE);
            sent.descriptor(fd).descriptor(fd);
            int descriptors = 0;
            while (src.hasRemaining()) {
                int before = src.position();
                int n = ends.first().send(src, sent);
                assertEquals(src.position() - before, Math.max(0, n));
                while (dst.hasRemaining() && ends.second().receive(dst, received) != null) {
                    descriptors += received.descriptorCount();
                }
                assertEquals(2, descriptors);
            }
            assertEquals(LARGE, dst.position());
        }
    }

    @Test
    void onAStreamAReceiveWithoutRoomTakesNothingAndClosesWhatWasReceivedBefore() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.STREAM)) {
            ends.first().send(bytes("a"), sent.descriptor(fd));
            ends.first().send(bytes("b"), sent.descriptor(fd));
            assertReceives("a", 1, ends);
            for (ByteBuffer none : List.of(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0))) {
                MessageInfo info = ends.second().receive(none, received);
                assertFalse(info.isEnd());
                assertEquals(0, info.fullLength());
                assertEquals(0, received.descriptorCount());
            }
            assertEquals(0, ends.second().receive(new ByteBuffer[0], received).length());
            assertReceives("b", 1, ends);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiveAfterAReadThatKeptTheRestOfAMessageTakesThatRestWithoutDescriptors(boolean several) throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET)) {
            ends.first().send(bytes("one"), sent.descriptor(fd));
            assertReceives("one", 1, ends);
            ends.first().send(bytes("hello"), sent.descriptor(fd));
            ends.first().send(bytes("next"), sent.descriptor(fd));
            ends.second().read(ByteBuffer.allocate(1));
            ByteBuffer[] two = {ByteBuffer.allocate(1), ByteBuffer.allocate(2)};

            MessageInfo info = several ? ends.second().receive(two, received) : ends.second().receive(ByteBuffer.allocate(3), received);

            assertEquals(3, info.length());
            assertEquals(4, info.fullLength());
            assertTrue(info.isTruncated());
            assertEquals(0, received.descriptorCount());
            assertNull(received.timestamp());
            assertReceives("next", 1, ends);
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsAndReceivesFollowOneAnother(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            for (int i = 0; i < 4; i++) {
                ends.first().send(bytes("abc"), sent.descriptor(fd));
                assertReceives("abc", 1, ends);
                ends.first().send(bytes("de"), sent.descriptor(fd));
                assertEquals(2, ends.second().read(room.clear()));
                assertEquals("de", text());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void theEndIsFoundAsOftenAsItIsAskedForByReceivesAndReads(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            ends.first().send(bytes("last"), sent.descriptor(fd));
            ends.first().close();
            assertReceives("last", 1, ends);
            for (int i = 0; i < 2; i++) {
                MessageInfo info = ends.second().receive(room.clear(), received);
                assertTrue(info.isEnd());
                assertFalse(info.isControlTruncated());
                assertEquals(0, received.descriptorCount());
                assertEquals(-1, ends.second().read(room));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void whatThePeerSentBeforeItClosedOverUnreadDataComesBeforeTheException(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            ends.second().send(bytes("never read"), sent.descriptor(fd));
            ends.first().send(bytes("reply"), sent.descriptor(fd));
            ends.first().close();

            assertReceives("reply", 1, ends);
            assertThrows(SocketException.class, () -> ends.second().receive(room.clear(), received));
            assertThrows(SocketException.class, () -> ends.second().receive(room.clear(), received));
            assertThrows(SocketException.class, () -> ends.second().read(room));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingThereIsNullAndClosesWhatWasReceivedBefore(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            ends.second().channel().configureBlocking(false);
            ends.first().send(bytes("a"), sent.descriptor(fd));
            assertReceives("a", 1, ends);
            assertNull(ends.second().receive(room.clear(), received));
            assertNull(ends.second().receive(new ByteBuffer[] {room}, received));
            assertEquals(0, received.descriptorCount());
        }
    }

    /** To a socket that connects afterwards; the kernel lets nobody else in from then on. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofStrangersThatSentBeforeAConnectNothingIsReceivedAndTheirDescriptorsAreClosed(boolean several) throws IOException {
        try (UnixDatagramChannel channel = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel peer = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel stranger = UnixDatagramChannel.open()) {
            SocketAddress ours = channel.getLocalAddress();
            int before = OpenDescriptors.count();
            stranger.send(bytes("strange"), ours, sent.descriptor(fd).descriptor(fd));
            peer.send(bytes("from the peer"), ours, sent.descriptor(fd));
            stranger.send(bytes("strange again"), ours, sent.descriptor(fd));
            channel.connect(peer.getLocalAddress());

            ByteBuffer[] two = {room.limit(4), ByteBuffer.allocate(100)};
            MessageInfo info = several ? channel.receive(two, received) : channel.receive(room.clear(), received);

            assertEquals(13, info.length());
            assertEquals(several ? "from" : "from the peer", text());
            assertEquals(peer.getLocalAddress(), info.sender());
            assertEquals(1, received.descriptorCount());
            channel.configureBlocking(false);
            assertNull(channel.receive(room.clear(), received));
            assertEquals(0, room.position());
            assertEquals(before, OpenDescriptors.count());
        }
    }

    @Test
    void aDatagramComesWithTheNameOfItsSender() throws IOException {
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel unnamed = UnixDatagramChannel.open();
                UnixDatagramChannel named = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel path = UnixDatagramChannel.open().bind(UnixDomainSocketAddress.of(folder.resolve("path")))) {
            for (UnixDatagramChannel sender : List.of(unnamed, named, path, unnamed)) {
                sender.send(bytes("x"), receiver.getLocalAddress(), sent.descriptor(fd));
                MessageInfo info = receiver.receive(room.clear(), received);
                assertEquals(sender == unnamed ? UnixDomainSocketAddress.of("") : sender.getLocalAddress(), info.sender());
                assertEquals(1, received.descriptorCount());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void aMessageOfAConnectionComesFromThePeerAndSoDoesTheEnd(UnixProtocolFamily family) throws IOException {
        SocketAddress name = AbstractNames.unique();
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(family);
                UnixSocketChannel client = connected(listener, name);
                UnixSocketChannel accepted = listener.accept()) {
            client.send(bytes("x"), sent.descriptor(fd));
            assertEquals(UnixDomainSocketAddress.of(""), accepted.receive(room, received).sender());
            accepted.send(bytes("x"), sent);
            accepted.shutdownOutput();
            assertEquals(name, client.receive(room, received).sender());
            assertEquals(name, client.receive(room, received).sender());
        }
    }

    private static UnixSocketChannel connected(UnixServerSocketChannel listener, SocketAddress name) throws IOException {
        listener.bind(name);
        return UnixSocketChannel.open(listener.family(), name);
    }

    private void assertReceives(String text, int descriptors, MessageEnds ends) throws IOException {
        room.position(0);
        MessageInfo info = ends.second().receive(room, received);
        assertEquals(text, text());
        assertEquals(text.length(), info.length());
        assertEquals(descriptors, received.descriptorCount());
        assertFalse(info.isEnd());
        room.clear();
    }

    private String text() {
        return StandardCharsets.US_ASCII.decode(room.duplicate().flip()).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
