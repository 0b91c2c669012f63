// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Targets that take nothing, senders without a name, and how long a datagram may be, in the AF_UNIX family. */
@Requires({Capability.RECEIVER_LIMITS, Capability.UNIX_ADDRESSES})
class DatagramTargetContract extends DatagramTest {

    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private static void assertNames(SocketAddress address, Exception refused) {
        assertTrue(refused.getMessage().contains(address.toString()), refused::getMessage);
    }

    private void assertWorks(DatagramChannel channel) throws IOException {
        assertTrue(channel.isOpen());
        assertFalse(channel.isConnected());
        DatagramChannel receiver = bound();
        send("works", channel, receiver);
        ByteBuffer dst = ByteBuffer.allocate(8);
        receiver.receive(dst);
        assertEquals("works", text(dst));
    }

    /** Addresses at which no datagram can be received. */
    private List<SocketAddress> deadAddresses() throws IOException {
        DatagramChannel stale = bound();
        ServerSocketChannel stream = closing(ServerSocketChannel.open(StandardProtocolFamily.UNIX)).bind(freeAddress());
        List<SocketAddress> addresses = new ArrayList<>(
                List.of(freeAddress(), provider.refusingAddress(folder), stale.getLocalAddress(), stream.getLocalAddress()));
        stale.close();
        if (provider.capabilities().contains(Capability.ABSTRACT_NAMES)) {
            DatagramChannel unheard = datagram().bind(null);
            addresses.add(unheard.getLocalAddress());
            unheard.close();
        }
        return addresses;
    }

    @Test
    void d59_sendToAnAddressThatIsMissingStaleOrOfAnotherTypeIsASocketExceptionThatNamesIt() throws Exception {
        DatagramChannel channel = bound();
        for (SocketAddress dead : deadAddresses()) {
            for (boolean blocking : MODES) {
                channel.configureBlocking(blocking);
                ByteBuffer src = ascii("in vain");
                assertNames(dead, assertThrows(SocketException.class, () -> channel.send(src, dead)));
                assertEquals(0, src.position());
                assertWorks(channel);
                assertWorks(datagram());
            }
        }
    }

    @Test
    void d60_aSocketThatIsConnectedElsewhereRefusesSendAndConnect() throws Exception {
        DatagramChannel busy = ends().first();
        SocketAddress address = busy.getLocalAddress();
        for (boolean blocking : MODES) {
            DatagramChannel channel = bound();
            channel.configureBlocking(blocking);
            assertNames(address, assertThrows(SocketException.class, () -> channel.send(ascii("in vain"), address)));
            assertNames(address, assertThrows(SocketException.class, () -> channel.connect(address)));
            assertWorks(channel);
        }
        busy.configureBlocking(false);
        assertEquals(0, busy.read(ByteBuffer.allocate(8)));
    }

    @Test
    void d61_aSenderWithoutANameIsUnnamedAndNotNull() throws Exception {
        DatagramChannel receiver = bound();
        DatagramChannel connected = datagram().connect(receiver.getLocalAddress());
        DatagramChannel named = bound();
        for (boolean blocking : MODES) {
            receiver.configureBlocking(blocking);
            for (DatagramChannel sender : new DatagramChannel[] {datagram(), named, connected, datagram().bind(UNNAMED)}) {
                send("a", sender, receiver);
                assertEquals(sender == named ? sender.getLocalAddress() : UNNAMED, receiver.receive(ByteBuffer.allocate(8)));
                assertReceivesNothingOf(sender, receiver);
            }
        }
    }

    /** An empty datagram has its sender too. */
    private static void assertReceivesNothingOf(DatagramChannel sender, DatagramChannel receiver) throws IOException {
        send("", sender, receiver);
        assertReceives("", sender, receiver);
    }

    @Test
    void d62_aDatagramLongerThanTheSendBufferAllowsIsASocketExceptionThatNamesItsSizeAndTheLimit() throws Exception {
        DatagramChannel receiver = bound();
        DatagramChannel channel = datagram().setOption(StandardSocketOptions.SO_SNDBUF, 16_384);
        DatagramChannel connected = boundAndConnectedTo(receiver).setOption(StandardSocketOptions.SO_SNDBUF, 16_384);
        int limit = limit(channel, receiver);
        ByteBuffer tooLong = ByteBuffer.allocate(limit + 1);
        ByteBuffer direct = ByteBuffer.allocateDirect(limit + 1);
        for (SocketException refused : List.of(
                assertThrows(SocketException.class, () -> channel.send(tooLong, receiver.getLocalAddress())),
                assertThrows(SocketException.class, () -> channel.send(direct, receiver.getLocalAddress())),
                assertThrows(SocketException.class, () -> connected.send(tooLong, receiver.getLocalAddress())),
                assertThrows(SocketException.class, () -> connected.write(tooLong)),
                assertThrows(SocketException.class, () -> connected.write(direct)),
                assertThrows(SocketException.class,
                        () -> connected.write(new ByteBuffer[] {tooLong.slice(0, limit), ByteBuffer.allocate(1)})))) {
            assertTrue(refused.getMessage().contains(Integer.toString(limit)), refused::getMessage);
            assertTrue(refused.getMessage().contains(Integer.toString(limit + 1)), refused::getMessage);
        }
        assertWorks(channel);
    }

    /** The most bytes that a datagram may have, found by trying. */
    private static int limit(DatagramChannel channel, DatagramChannel receiver) throws IOException {
        int most = 0;
        int tooMany = 1 << 20;
        while (most + 1 < tooMany) {
            int size = (most + tooMany) >>> 1;
            try {
                assertEquals(size, channel.send(ByteBuffer.allocate(size), receiver.getLocalAddress()));
                ByteBuffer dst = ByteBuffer.allocate(size + 1);
                receiver.receive(dst);
                assertEquals(size, dst.position());
                most = size;
            } catch (SocketException e) {
                tooMany = size;
            }
        }
        return most;
    }
}
