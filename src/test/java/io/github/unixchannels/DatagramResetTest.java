// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.Payload;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a channel hears of its peer's end. Rests on unix_dgram_disconnected: who disconnects with datagrams unread drops them, and leaves
 * ECONNRESET with the peer, if that is connected to it; and on unix_dgram_sendmsg, which ends the connection to a peer that is closed.
 */
@ExtendWith(NothingLeaks.class)
class DatagramResetTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    private UnixDatagramChannel channel;
    private UnixDatagramChannel peer;

    @BeforeEach
    void open() throws IOException {
        channel = provider.openDatagramChannel(UnixProtocolFamily.DGRAM).bind(AbstractNames.unique());
        peer = provider.openDatagramChannel(UnixProtocolFamily.DGRAM).bind(AbstractNames.unique());
        channel.connect(peer.getLocalAddress());
        peer.connect(channel.getLocalAddress());
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        peer.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatDisconnectsWithDatagramsUnreadIsUnreachableOnceAndWhatItHadSentFollows(boolean blocking) throws IOException {
        channel.configureBlocking(blocking);
        peer.write(Payload.ascii("one"));
        peer.write(Payload.ascii("two"));
        channel.write(Payload.ascii("unread"));
        peer.disconnect();
        ByteBuffer dst = ByteBuffer.allocate(8);
        String text = "receive(" + peer.getLocalAddress() + "): Connection reset by peer (ECONNRESET)";
        assertEquals(text, assertThrowsExactly(PortUnreachableException.class, () -> channel.receive(dst)).getMessage());
        assertEquals(0, dst.position());
        assertEquals(peer.getLocalAddress(), channel.receive(dst));
        assertEquals("one", Payload.text(dst));
        assertEquals(3, channel.read(dst));
        assertEquals("onetwo", Payload.text(dst));
        assertTrue(channel.isConnected());
    }

    @Test
    void aReadTellsItToo() throws IOException {
        peer.write(Payload.ascii("one"));
        channel.write(Payload.ascii("unread"));
        peer.disconnect();
        ByteBuffer[] dsts = {ByteBuffer.allocate(2), ByteBuffer.allocate(2)};
        assertThrowsExactly(PortUnreachableException.class, () -> channel.read(dsts));
        assertEquals(3, channel.read(dsts));
        assertEquals("one", Payload.text(dsts));
    }

    @Test
    void soDoesAWriteWhichSendsNothingAndTheConnectionStays() throws IOException {
        channel.write(Payload.ascii("unread"));
        peer.disconnect();
        ByteBuffer src = Payload.ascii("again");
        assertThrowsExactly(PortUnreachableException.class, () -> channel.write(src));
        assertTrue(channel.isConnected());
        assertEquals(5, channel.write(src));
        ByteBuffer dst = ByteBuffer.allocate(16);
        assertEquals(channel.getLocalAddress(), peer.receive(dst));
        assertEquals("again", Payload.text(dst));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderThatWaitsIsToldAtOnce(boolean named) throws Exception {
        channel.write(Payload.ascii("unread"));
        BackgroundCall<Object> reading = BackgroundCall.start(
                named ? () -> channel.receive(ByteBuffer.allocate(8)) : () -> channel.read(ByteBuffer.allocate(8)));
        reading.awaitBlocked();
        peer.disconnect();
        assertThrowsExactly(PortUnreachableException.class, reading::result);
    }

    @Test
    void aSelectorShowsItAsAllOperations() throws IOException {
        channel.configureBlocking(false);
        try (Selector selector = provider.openSelector()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            channel.write(Payload.ascii("unread"));
            assertEquals(0, selector.selectNow());
            peer.disconnect();
            assertEquals(1, selector.select());
            assertTrue(key.isReadable());
            assertThrowsExactly(PortUnreachableException.class, () -> channel.receive(ByteBuffer.allocate(8)));
            selector.selectedKeys().clear();
            assertEquals(0, selector.selectNow());
        }
    }

    @Test
    void aPeerThatHadReadAllDisconnectsUnnoticed() throws IOException {
        channel.configureBlocking(false);
        channel.write(Payload.ascii("read"));
        peer.read(ByteBuffer.allocate(8));
        peer.disconnect();
        assertNull(channel.receive(ByteBuffer.allocate(8)));
        assertEquals(1, channel.write(ByteBuffer.allocate(1)));
    }

    @Test
    void aPeerThatIsClosedIsNoticedByAWriteAloneAndWhatItHadSentIsDroppedThen() throws IOException {
        channel.configureBlocking(false);
        peer.write(Payload.ascii("one"));
        peer.write(Payload.ascii("two"));
        channel.write(Payload.ascii("unread"));
        peer.close();
        ByteBuffer dst = ByteBuffer.allocate(8);
        assertEquals(3, channel.read(dst));
        assertEquals("one", Payload.text(dst));
        assertThrowsExactly(PortUnreachableException.class, () -> channel.write(ByteBuffer.allocate(1)));
        assertFalse(channel.isConnected());
        assertNull(channel.getRemoteAddress());
        assertNull(channel.receive(dst));
    }

    @Test
    void afterAWriteThatFoundItsPeerGoneTheKernelLetsOthersInAgain() throws IOException {
        peer.close();
        assertThrowsExactly(PortUnreachableException.class, () -> channel.write(ByteBuffer.allocate(1)));
        try (UnixDatagramChannel other = provider.openDatagramChannel(UnixProtocolFamily.DGRAM).bind(AbstractNames.unique())) {
            assertEquals(2, other.send(ByteBuffer.allocate(2), channel.getLocalAddress()));
            assertEquals(other.getLocalAddress(), channel.receive(ByteBuffer.allocate(8)));
            channel.connect(other.getLocalAddress());
            assertEquals(1, channel.write(ByteBuffer.allocate(1)));
        }
    }

    /** EPIPE is what a sender meets between the shutdown(2) and the close(2) of a peer that is closed while a thread waits in it. */
    @Test
    void aPeerThatWasShutDownIsDisconnectedInTheKernelToo() throws IOException {
        faulty.fail("send", Errno.EPIPE, 1);
        assertThrowsExactly(PortUnreachableException.class, () -> channel.write(ByteBuffer.allocate(1)));
        assertFalse(channel.isConnected());
        try (UnixDatagramChannel other = provider.openDatagramChannel(UnixProtocolFamily.DGRAM)) {
            assertEquals(2, other.send(ByteBuffer.allocate(2), channel.getLocalAddress()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ECONNREFUSED, Errno.EPIPE})
    void ifEvenTheDisconnectFailsTheFirstFailureIsTold(int errno) {
        faulty.fail("send", errno, 1).fail("connect", Errno.ENOMEM, 1);
        assertThrowsExactly(PortUnreachableException.class, () -> channel.write(ByteBuffer.allocate(1)));
    }

    @Test
    void aFailureOfTheKernelIsToldOnceAndWhatIsQueuedFollows() throws IOException {
        peer.write(Payload.ascii("one"));
        faulty.fail("recvfrom", Errno.ECONNRESET, 1);
        ByteBuffer dst = ByteBuffer.allocate(8);
        assertThrowsExactly(PortUnreachableException.class, () -> channel.receive(dst));
        assertEquals(peer.getLocalAddress(), channel.receive(dst));
        assertEquals("one", Payload.text(dst));
    }
}
