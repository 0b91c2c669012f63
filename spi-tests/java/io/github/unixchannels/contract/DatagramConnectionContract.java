// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What connecting a datagram channel does, and what disconnecting undoes. */
class DatagramConnectionContract extends DatagramTest {

    /** Sends where the kernel may refuse it, or drop it. */
    private static void sendInVain(String text, DatagramChannel from, DatagramChannel to) throws IOException {
        try {
            send(text, from, to);
        } catch (SocketException e) {
            // refused, because the target is connected to another
        }
    }

    /** Every operation that transfers bytes of a connected channel. */
    private static List<Executable> transfers(DatagramChannel channel) {
        ByteBuffer[] buffers = {ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8)};
        return List.of(
                () -> channel.read(ByteBuffer.allocate(8)),
                () -> channel.read(ByteBuffer.allocate(0)),
                () -> channel.read(buffers),
                () -> channel.read(buffers, 1, 0),
                () -> channel.write(ByteBuffer.allocate(8)),
                () -> channel.write(ByteBuffer.allocate(0)),
                () -> channel.write(buffers),
                () -> channel.write(buffers, 1, 0));
    }

    @Test
    void d06_connectConnects() throws Exception {
        DatagramChannel peer = bound();
        for (DatagramChannel channel : new DatagramChannel[] {datagram(), bound()}) {
            assertSame(channel, channel.connect(peer.getLocalAddress()));
            assertTrue(channel.isConnected());
            assertEquals(peer.getLocalAddress(), channel.getRemoteAddress());
            assertNotNull(channel.getLocalAddress());
            assertEquals(1, channel.write(ascii("a")));
            assertReceives("a", channel, peer);
        }
    }

    @Test
    void d07_connectOnAConnectedChannelThrowsAlreadyConnectedException() throws Exception {
        DatagramChannel peer = bound();
        DatagramChannel other = bound();
        DatagramChannel channel = boundAndConnectedTo(peer);
        for (DatagramChannel target : new DatagramChannel[] {peer, other}) {
            assertThrows(AlreadyConnectedException.class, () -> channel.connect(target.getLocalAddress()));
            assertTrue(channel.isConnected());
            assertEquals(peer.getLocalAddress(), channel.getRemoteAddress());
        }
        channel.write(ascii("a"));
        assertReceives("a", channel, peer);
    }

    @Test
    void d08_connectToNullOrToAForeignAddressIsRefusedAndTheChannelStaysUnconnected() throws Exception {
        DatagramChannel channel = datagram();
        assertThrows(NullPointerException.class, () -> channel.connect(null));
        assertUnbound(channel);
        for (SocketAddress foreign : ChannelStateContract.foreignAddresses(provider)) {
            assertThrows(UnsupportedAddressTypeException.class, () -> channel.connect(foreign));
            assertUnbound(channel);
        }
        assertTrue(channel.connect(bound().getLocalAddress()).isConnected());
    }

    @Test
    void d09_disconnectEndsTheConnectionAndKeepsTheLocalAddress() throws Exception {
        DatagramChannel peer = bound();
        DatagramChannel other = bound();
        DatagramChannel channel = boundAndConnectedTo(peer);
        SocketAddress local = channel.getLocalAddress();
        assertSame(channel, channel.disconnect());
        assertFalse(channel.isConnected());
        assertNull(channel.getRemoteAddress());
        assertEquals(local, channel.getLocalAddress());
        assertThrows(NotYetConnectedException.class, () -> channel.write(ascii("a")));

        for (DatagramChannel sender : new DatagramChannel[] {other, peer}) {
            send("from all", sender, channel);
            assertReceives("from all", sender, channel);
            send("to all", channel, sender);
            assertReceives("to all", channel, sender);
        }
        channel.connect(other.getLocalAddress());
        assertEquals(other.getLocalAddress(), channel.getRemoteAddress());
        channel.write(ascii("again"));
        assertReceives("again", channel, other);
    }

    @Test
    void d10_disconnectOnAChannelThatIsNotConnectedOrClosedDoesNothing() throws Exception {
        DatagramChannel unbound = datagram();
        assertSame(unbound, unbound.disconnect());
        assertUnbound(unbound);
        DatagramChannel bound = bound();
        SocketAddress local = bound.getLocalAddress();
        DatagramChannel sender = bound();
        send("a", sender, bound);
        assertSame(bound, bound.disconnect());
        assertEquals(local, bound.getLocalAddress());
        assertReceives("a", sender, bound);
        for (DatagramChannel closed : new DatagramChannel[] {unbound, bound, boundAndConnectedTo(sender)}) {
            closed.close();
            assertSame(closed, closed.disconnect());
            assertFalse(closed.isOpen());
        }
    }

    @Test
    void d11_onceConnectedAChannelReceivesFromItsPeerAlone() throws Exception {
        DatagramChannel peer = bound();
        DatagramChannel stranger = bound();
        DatagramChannel channel = boundAndConnectedTo(peer);
        for (int i = 0; i < 3; i++) {
            sendInVain("stranger", stranger, channel);
            send("peer", peer, channel);
            sendInVain("stranger", stranger, channel);
            send("again", peer, channel);
            assertReads("peer", channel);
            assertReceives("again", peer, channel);
        }
        sendInVain("stranger", stranger, channel);
        channel.configureBlocking(false);
        assertNull(channel.receive(ByteBuffer.allocate(8)));
        assertEquals(0, channel.read(ByteBuffer.allocate(8)));
    }

    @Test
    void d12_whatOthersSentBeforeTheConnectIsNotReceivedAfterIt() throws Exception {
        for (boolean waiting : MODES) {
            for (Receiving operation : Receiving.values()) {
                DatagramChannel peer = bound();
                DatagramChannel channel = bound();
                for (DatagramChannel stranger : new DatagramChannel[] {bound(), bound(), datagram()}) {
                    send("before", stranger, channel);
                    send("", stranger, channel);
                }
                channel.connect(peer.getLocalAddress());
                ByteBuffer dst = ByteBuffer.allocateDirect(ROOM_BYTES);
                BackgroundCall<Object> receive = null;
                if (waiting) {
                    receive = BackgroundCall.start(() -> operation.receive(channel, dst)).awaitBlocked();
                    assertEquals(0, dst.position());
                }
                send("after", peer, channel);
                assertEquals(operation.result(peer, 5), waiting ? receive.result() : operation.receive(channel, dst));
                assertEquals("after", text(dst));
                channel.configureBlocking(false);
                assertNull(channel.receive(ByteBuffer.allocate(8)));
            }
        }
    }

    @Test
    @Deviates(provider = {"JDK-UDP", "DEFAULT-UDP"}, why = "connect drops all that is queued (DatagramChannelImpl.connect)")
    void d13_whatThePeerSentBeforeTheConnectIsReceivedAfterIt() throws Exception {
        for (boolean blocking : MODES) {
            DatagramChannel peer = bound();
            DatagramChannel stranger = bound();
            DatagramChannel channel = bound();
            send("stranger", stranger, channel);
            send("first", peer, channel);
            send("stranger", stranger, channel);
            send("second", peer, channel);
            channel.connect(peer.getLocalAddress());
            send("third", peer, channel);
            channel.configureBlocking(blocking);
            assertReads("first", channel);
            assertReceives("second", peer, channel);
            ByteBuffer[] dsts = {ByteBuffer.allocateDirect(2), ByteBuffer.allocateDirect(ROOM_BYTES)};
            assertEquals(5, channel.read(dsts));
            assertEquals("third", text(dsts[0]) + text(dsts[1]));
        }
    }

    @Test
    void d14_sendToAnotherThanThePeerThrowsAlreadyConnectedException() throws Exception {
        DatagramChannel peer = bound();
        DatagramChannel other = bound();
        DatagramChannel channel = boundAndConnectedTo(peer);
        ByteBuffer src = ascii("a");
        assertThrows(AlreadyConnectedException.class, () -> channel.send(src, other.getLocalAddress()));
        assertEquals(0, src.position());
        assertTrue(channel.isConnected());
        send("peer", channel, peer);
        assertReceives("peer", channel, peer);
        other.configureBlocking(false);
        assertNull(other.receive(ByteBuffer.allocate(8)));
    }

    @Test
    void d15_readAndWriteOnAnUnconnectedChannelThrowNotYetConnectedException() throws Exception {
        for (DatagramChannel channel : new DatagramChannel[] {datagram(), bound()}) {
            for (boolean blocking : MODES) {
                channel.configureBlocking(blocking);
                for (Executable transfer : transfers(channel)) {
                    assertThrows(NotYetConnectedException.class, transfer);
                }
            }
        }
    }

    @Test
    void d16_onAClosedChannelEveryOperationThrowsClosedChannelException() throws Exception {
        DatagramChannel peer = bound();
        Selector selector = selector();
        DatagramChannel nonBlocking = bound();
        nonBlocking.configureBlocking(false);
        for (DatagramChannel channel : new DatagramChannel[] {datagram(), bound(), boundAndConnectedTo(peer), nonBlocking}) {
            channel.close();
            assertFalse(channel.isConnected());
            for (Executable transfer : transfers(channel)) {
                assertThrows(ClosedChannelException.class, transfer);
            }
            for (Executable operation : List.<Executable>of(
                    () -> channel.bind(freeAddress()),
                    () -> channel.bind(null),
                    () -> channel.connect(peer.getLocalAddress()),
                    () -> channel.receive(ByteBuffer.allocate(8)),
                    () -> channel.send(ascii("a"), peer.getLocalAddress()),
                    channel::getLocalAddress,
                    channel::getRemoteAddress,
                    () -> channel.getOption(StandardSocketOptions.SO_SNDBUF),
                    () -> channel.setOption(StandardSocketOptions.SO_SNDBUF, 4096),
                    () -> channel.configureBlocking(false),
                    () -> channel.register(selector, OP_READ))) {
                assertThrows(ClosedChannelException.class, operation);
            }
        }
    }
}
