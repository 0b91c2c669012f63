// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.contract.Passing.Beside;
import io.github.unixchannels.contract.Passing.Reception;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import org.junit.jupiter.api.Test;

/** What a receive tells of what it received: a message, an empty one, a part of one, the end, nothing. */
class PassingReceptionContract extends PassingTest {

    @Test
    void a24_aMessageThatFitsIsToldByItsLengthAndThePositionMovesByThat() throws Exception {
        Ends ends = ends();
        for (Memory memory : Memory.values()) {
            ends.first().send("abc", beside());
            ByteBuffer dst = memory.room(3);
            Reception received = ends.second().receive(beside(), dst);
            assertEquals(3, received.length());
            assertEquals(3, received.fullLength());
            assertFalse(received.truncated() || received.controlTruncated() || received.end());
            Memory.assertTaken("abc".getBytes(US_ASCII), dst);
        }
    }

    @Test
    @Requires(Capability.MESSAGES)
    void a25_ofAMessageThatIsLongerThanTheBuffersTheFullLengthIsToldItsDescriptorsComeAndTheRestIsGone() throws Exception {
        Ends ends = ends();
        Beside received = beside();
        for (ByteBuffer[] dsts : new ByteBuffer[][] {
            {ByteBuffer.allocate(4)}, {ByteBuffer.allocateDirect(4)}, {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(3)},
        }) {
            ends.first().send("abcdefghij", beside().add(file()));
            ends.first().write("next");
            Reception truncated = ends.second().receive(received, dsts);
            assertEquals(4, truncated.length());
            assertEquals(10, truncated.fullLength());
            assertTrue(truncated.truncated());
            assertFalse(truncated.end());
            assertEquals("abcd", dsts.length == 1 ? text(dsts[0]) : text(dsts[0]) + text(dsts[1]));
            assertEquals(1, received.count());
            ends.second().assertReceives("next", received);
        }
    }

    @Test
    @Requires(Capability.MESSAGES)
    void a26_anEmptyMessageIsAMessageOfNoBytesAndNotTheEnd() throws Exception {
        Ends ends = ends();
        Beside beside = beside();
        assertEquals(0, ends.first().send("", beside));
        assertEquals(0, ends.first().send(beside, ascii(""), ascii("")));
        ends.first().write("last but one");
        assertEquals(0, ends.first().send("", beside));
        if (isCapable(Capability.CONNECTIONS)) {
            ends.first().channel().close(); // an empty one that is sent last is none the less a message
        }
        ends.second().assertReceives("", beside);
        ends.second().assertReceives("", beside);
        ends.second().assertReceives("last but one", beside);
        ends.second().assertReceives("", beside);
    }

    @Test
    @Requires(Capability.CONNECTIONS)
    void a27_theEndIsToldAgainAndAgainAfterAllThatWasSent() throws Exception {
        Ends ends = ends();
        Beside beside = beside();
        ends.first().send("last", beside().add(file()));
        ((SocketChannel) ends.first().channel()).shutdownOutput();
        ends.second().assertReceives("last", beside);
        for (boolean blocking : MODES) {
            ends.second().channel().configureBlocking(blocking);
            ByteBuffer dst = ByteBuffer.allocate(9);
            Reception end = ends.second().receive(beside, dst);
            assertTrue(end.end());
            assertEquals(0, end.length());
            assertEquals(0, end.fullLength());
            assertEquals(0, dst.position());
            assertEquals(0, beside.count());
        }
    }

    @Test
    @Requires(Capability.RESET_ON_CLOSE)
    void a53_whatThePeerHadSentBeforeItClosedWithBytesUnreadIsReceivedBeforeTheResetIsRaised() throws Exception {
        Ends ends = ends();
        ends.second().write("unread");
        ends.first().send("last", beside().add(file()));
        ends.first().channel().close();
        Beside beside = beside();
        ends.second().assertReceives("last", beside);
        assertEquals(1, beside.count());
        assertThrows(IOException.class, () -> ends.second().receive(beside, ByteBuffer.allocate(9)));
        assertTrue(ends.second().channel().isOpen());
    }

    @Test
    void a28_aReceiveOfANonBlockingChannelWithNothingThereIsNull() throws Exception {
        Ends ends = ends();
        ends.second().channel().configureBlocking(false);
        ByteBuffer dst = ByteBuffer.allocate(9);
        assertNull(ends.second().receive(beside(), dst));
        assertNull(ends.second().receive(beside(), dst, ByteBuffer.allocate(9)));
        assertEquals(0, dst.position());
        ends.first().write("a");
        ends.second().assertReceives("a", beside());
        assertNull(ends.second().receive(beside(), dst));
    }

    @Test
    @Requires(Capability.MESSAGES)
    void a29_aReceiveWithoutRoomTakesAMessageAndTellsItsLength() throws Exception {
        Ends ends = ends();
        ends.first().send("abc", beside().add(file()));
        ends.first().write("next");
        Beside received = beside();
        Reception truncated = ends.second().receive(received, ByteBuffer.allocate(0));
        assertEquals(0, truncated.length());
        assertEquals(3, truncated.fullLength());
        assertFalse(truncated.end());
        assertEquals(1, received.count());
        ends.second().assertReceives("next", received);
    }

    @Test
    @Requires(Capability.BYTE_STREAM)
    void a30_onAStreamAReceiveWithoutRoomReceivesNothing() throws Exception {
        Ends ends = ends();
        ends.first().send("abc", beside().add(file()));
        Beside received = beside();
        Reception nothing = ends.second().receive(received, ByteBuffer.allocate(0));
        assertEquals(0, nothing.length());
        assertFalse(nothing.truncated() || nothing.end());
        assertEquals(0, received.count());
        assertEquals(1, ends.second().receive(received, ByteBuffer.allocate(1)).length());
        assertEquals(1, received.count());
        assertFalse(ends.second().assertReceives("bc", received).truncated());
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void a31_theSenderIsThePeerAndUnnamedIfItHasNoName() throws Exception {
        SocketAddress unnamed = UnixDomainSocketAddress.of("");
        for (boolean named : MODES) {
            End sender = named ? end(boundSender()) : unnamed();
            End receiver = connected(sender);
            assertEquals(1, sender.send("a", beside()));
            assertEquals(named ? sender.local() : unnamed, receiver.assertReceives("a", beside()).sender());
        }
    }

    private AbstractSelectableChannel boundSender() throws IOException {
        return isCapable(Capability.CONNECTIONS) ? socket().bind(freeAddress()) : datagram().bind(freeAddress());
    }

    /** Connects a channel; returns the other end. */
    private End connected(End sender) throws IOException {
        if (!isCapable(Capability.CONNECTIONS)) {
            DatagramChannel receiver = datagram().bind(freeAddress());
            sender.connect(receiver.getLocalAddress());
            return end(receiver);
        }
        try (ServerSocketChannel server = provider.openServer().bind(freeAddress())) {
            sender.connect(server.getLocalAddress());
            return end(closing(server.accept()));
        }
    }

    @Test
    @Requires(Capability.DATAGRAMS)
    void a32_aDatagramToATargetTakesDescriptorsAlongAndNoOtherThanThePeerIsATargetOfAChannelThatIsConnected() throws Exception {
        DatagramChannel receiver = datagram().bind(freeAddress());
        DatagramChannel sender = datagram().bind(freeAddress());
        SocketAddress target = receiver.getLocalAddress();
        Beside sent = beside();
        Beside received = beside();
        for (boolean connected : new boolean[] {false, true}) {
            if (connected) {
                sender.connect(target);
            }
            assertEquals(1, provider.passing().sendTo(target, sender, sent.add(file()), ascii("a")));
            assertEquals(sender.getLocalAddress(), end(receiver).assertReceives("a", received).sender());
            assertEquals(1, received.count());
        }
        DatagramChannel other = datagram().bind(freeAddress());
        sent.add(file());
        assertThrows(AlreadyConnectedException.class,
                () -> provider.passing().sendTo(other.getLocalAddress(), sender, sent, ascii("b")));
        assertEquals(1, end(sender).send("c", sent));
        end(receiver).assertReceives("c", received);
        assertEquals(0, received.count());
    }

    @Test
    @Requires(Capability.DATAGRAMS)
    void a33_theDescriptorsOfADatagramThatAStrangerSentBeforeTheConnectAreClosed() throws Exception {
        DatagramChannel receiver = datagram().bind(freeAddress());
        DatagramChannel peer = datagram().bind(freeAddress());
        DatagramChannel stranger = datagram().bind(freeAddress());
        for (DatagramChannel from : new DatagramChannel[] {stranger, peer, stranger}) {
            provider.passing().sendTo(receiver.getLocalAddress(), from, beside().add(file()), ascii(from == peer ? "peer" : "stranger"));
        }
        receiver.connect(peer.getLocalAddress());
        assertOpenFiles(3);

        Beside received = beside();
        assertEquals(peer.getLocalAddress(), end(receiver).assertReceives("peer", received).sender());
        assertEquals(1, received.count());
        assertOpenFiles(4);
        end(receiver).channel().configureBlocking(false);
        assertNull(end(receiver).receive(received, ByteBuffer.allocate(9)));
        assertEquals(0, received.count());
        assertOpenFiles(3);
    }
}
