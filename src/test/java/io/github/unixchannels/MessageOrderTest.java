// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
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
