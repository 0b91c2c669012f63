// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Random;

/** What every class of rules for datagrams has. */
@Contract(Capability.DATAGRAMS)
abstract class DatagramTest extends ContractTest {

    /** More than any datagram has that the tests send, but for those that are too long. */
    static final int ROOM_BYTES = 64 << 10;

    static final boolean[] MODES = {true, false};
    static final byte[] NONE = {};

    /** Sizes on both sides of what a provider may copy. */
    static final int[] SIZES = {10, 5_000, 60_000};

    /** Two bound channels that are connected to each other, both in blocking mode. */
    record Ends(DatagramChannel first, DatagramChannel second) {}

    final DatagramChannel datagram() throws IOException {
        return closing(provider.openDatagram());
    }

    final DatagramChannel bound() throws IOException {
        return datagram().bind(freeAddress());
    }

    final DatagramChannel boundAndConnectedTo(DatagramChannel peer) throws IOException {
        return bound().connect(peer.getLocalAddress());
    }

    final Ends ends() throws IOException {
        DatagramChannel first = bound();
        DatagramChannel second = boundAndConnectedTo(first);
        return new Ends(first.connect(second.getLocalAddress()), second);
    }

    /** Checks that a channel is as it was when it was new. */
    static void assertUnbound(DatagramChannel channel) throws IOException {
        assertTrue(channel.isOpen());
        assertFalse(channel.isConnected());
        assertNull(channel.getLocalAddress());
        assertNull(channel.getRemoteAddress());
    }

    static void send(String text, DatagramChannel from, DatagramChannel to) throws IOException {
        assertEquals(text.length(), from.send(ascii(text), to.getLocalAddress()));
    }

    /** Receives one datagram, whole, and its sender. */
    static void assertReceives(String text, DatagramChannel sender, DatagramChannel receiver) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(ROOM_BYTES);
        SocketAddress from = receiver.receive(dst);
        assertEquals(text, text(dst));
        assertEquals(sender.getLocalAddress(), from);
    }

    /** Reads one datagram, whole. */
    static void assertReads(String text, DatagramChannel reader) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(ROOM_BYTES);
        assertEquals(text.length(), reader.read(dst));
        assertEquals(text, text(dst));
    }

    /** Sends a datagram by which the next receive shows that there was none before it. */
    static void sendMarker(DatagramChannel from) throws IOException {
        assertEquals(6, from.write(ascii("marker")));
    }

    static void assertMarkerIsNext(DatagramChannel reader) throws IOException {
        assertReads("marker", reader);
    }

    static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    static String text(ByteBuffer buffer) {
        return US_ASCII.decode(buffer.duplicate().flip()).toString();
    }

    static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
