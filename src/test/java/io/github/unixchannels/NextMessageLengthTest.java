// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long the next message is, without taking it. Waits of the call are those of {@link OperationTimeoutTest}. */
@ExtendWith(NothingLeaks.class)
@Timeout(60)
class NextMessageLengthTest {

    private static int lengthAt(MessageEnds.End end) throws IOException {
        return end.channel() instanceof UnixSocketChannel socket
                ? socket.nextMessageLength()
                : ((UnixDatagramChannel) end.channel()).nextMessageLength();
    }

    @ParameterizedTest
    @EnumSource(names = {"SEQPACKET", "DGRAM"})
    void itIsTheLengthOfEachMessageInTurnAndTheMessageStays(UnixProtocolFamily family) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData beside = AncillaryData.create()) {
            int[] lengths = {1, 0, 70_000, 3};
            for (int length : lengths) {
                assertEquals(length, ends.first().send(ByteBuffer.allocate(length), beside));
            }
            for (int length : lengths) {
                assertEquals(length, lengthAt(ends.second()));
                assertEquals(length, lengthAt(ends.second()));
                MessageInfo info = ends.second().receive(ByteBuffer.allocate(length), beside);
                assertEquals(length, info.length());
                assertFalse(info.isTruncated());
            }
            ends.second().channel().configureBlocking(false);
            assertEquals(-1, lengthAt(ends.second()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEQPACKET", "DGRAM"})
    void descriptorsStayWithTheMessage(UnixProtocolFamily family) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData beside = AncillaryData.create(); OwnedFd fd = OwnedFd.memory("x", 1)) {
            ends.first().send(ByteBuffer.allocate(5), beside.descriptor(fd));
            assertEquals(5, lengthAt(ends.second()));
            ends.second().receive(ByteBuffer.allocate(5), beside);
            assertEquals(1, beside.descriptorCount());
        }
    }

    @Test
    void theRestOfAMessageIsNext() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            pair.first().write(ByteBuffer.allocate(10));
            pair.first().write(ByteBuffer.allocate(20));
            pair.second().read(ByteBuffer.allocate(4));
            assertEquals(6, pair.second().nextMessageLength());
            assertEquals(26, pair.second().available());
            pair.second().read(ByteBuffer.allocate(6));
            assertEquals(20, pair.second().nextMessageLength());
            assertEquals(20, pair.second().available());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndIsMinusOneAfterAllMessages(boolean blocking) throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            pair.second().configureBlocking(blocking);
            pair.first().write(ByteBuffer.allocate(10));
            pair.first().close();
            assertEquals(10, pair.second().nextMessageLength());
            pair.second().read(ByteBuffer.allocate(10));
            assertEquals(-1, pair.second().nextMessageLength());
            assertEquals(0, pair.second().available());
        }
    }

    @Test
    void whatThePeerSentBeforeAResetIsNextFirst() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            pair.second().write(ByteBuffer.allocate(1));
            pair.first().write(ByteBuffer.allocate(10));
            pair.first().close(); // with a message that it has not read
            assertEquals(10, pair.second().nextMessageLength());
            assertEquals(10, pair.second().read(ByteBuffer.allocate(10)));
            for (int i = 0; i < 2; i++) {
                String text = assertThrows(SocketException.class, () -> pair.second().nextMessageLength()).getMessage();
                assertTrue(text.startsWith("nextMessageLength(") && text.endsWith("(ECONNRESET)"), text);
            }
        }
    }

    @Test
    void datagramsOfStrangersAreDroppedAfterAConnect() throws Exception {
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel stranger = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel peer = UnixDatagramChannel.open().bind(AbstractNames.unique())) {
            stranger.send(ByteBuffer.allocate(3), receiver.getLocalAddress());
            peer.send(ByteBuffer.allocate(7), receiver.getLocalAddress());
            receiver.connect(peer.getLocalAddress());
            assertEquals(7, receiver.nextMessageLength());
            assertEquals(7, receiver.read(ByteBuffer.allocate(100)));
            receiver.configureBlocking(false);
            assertEquals(-1, receiver.nextMessageLength());
        }
    }

    @Test
    void aStreamHasNoMessagesButBytes() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            assertThrows(UnsupportedOperationException.class, () -> pair.second().nextMessageLength());
            assertEquals(0, pair.second().available());
            pair.first().write(ByteBuffer.allocate(10));
            pair.first().write(ByteBuffer.allocate(5));
            assertEquals(15, pair.second().available());
            pair.second().read(ByteBuffer.allocate(4));
            assertEquals(11, pair.second().available());
        }
    }

    @Test
    void theStateIsChecked() throws Exception {
        UnixSocketChannel socket = UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET);
        UnixDatagramChannel datagrams = UnixDatagramChannel.open();
        assertThrows(NotYetConnectedException.class, socket::nextMessageLength);
        assertThrows(NotYetConnectedException.class, socket::available);
        datagrams.configureBlocking(false);
        assertEquals(-1, datagrams.nextMessageLength());
        assertTrue(datagrams.getLocalAddress() instanceof AbstractSocketAddress, "it is bound, as by receive");
        socket.close();
        datagrams.close();
        assertThrows(ClosedChannelException.class, socket::nextMessageLength);
        assertThrows(ClosedChannelException.class, socket::available);
        assertThrows(ClosedChannelException.class, datagrams::nextMessageLength);
    }

    @Test
    void afterASignalItLooksAgain() throws Exception {
        FaultySyscalls calls = new FaultySyscalls().fail("recv", Errno.EINTR, 3);
        try (UnixSocketChannel.Pair pair =
                NativeSocketChannel.pair(UnixSelectorProvider.provider(), calls.syscalls(), calls.fds(), SocketType.SEQPACKET)) {
            pair.first().write(ByteBuffer.allocate(9));
            pair.second().configureBlocking(false);
            assertEquals(9, pair.second().nextMessageLength());
        }
    }

    @Test
    void itAllocatesNothing() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            pair.first().write(ByteBuffer.allocate(9));
            Allocations.assertNone(() -> {
                if (pair.second().nextMessageLength() != 9) {
                    throw new IOException("another length");
                }
            });
        }
    }
}
