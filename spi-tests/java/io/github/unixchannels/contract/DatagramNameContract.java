// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a datagram channel is bound to, by whom it was made, and its options. */
class DatagramNameContract extends DatagramTest {

    private static final SocketOption<Integer> SNDBUF = StandardSocketOptions.SO_SNDBUF;
    private static final SocketOption<Integer> RCVBUF = StandardSocketOptions.SO_RCVBUF;

    /** An option that nobody supports. */
    private record Unknown(String name, Class<Integer> type) implements SocketOption<Integer> {}

    /** Checks an address that was bound to; port 0 stands for any, but in AF_UNIX, where classes of addresses may inherit one. */
    private void assertBoundTo(SocketAddress asked, SocketAddress local) {
        if (!provider.isUnix() && asked instanceof InetSocketAddress any && any.getPort() == 0 && local instanceof InetSocketAddress bound) {
            assertEquals(any.getAddress(), bound.getAddress());
            assertNotEquals(0, bound.getPort());
        } else {
            assertEquals(asked, local);
        }
    }

    @Test
    void d01_aNewChannelIsOpenBlockingAndNeitherBoundNorConnected() throws Exception {
        DatagramChannel channel = datagram();
        assertUnbound(channel);
        assertTrue(channel.isBlocking());
        assertFalse(channel.isRegistered());
    }

    @Test
    void d02_bindGivesItTheAddressAndASecondBindThrowsAlreadyBoundException() throws Exception {
        DatagramChannel channel = datagram();
        SocketAddress address = freeAddress();
        assertSame(channel, channel.bind(address));
        SocketAddress local = channel.getLocalAddress();
        assertBoundTo(address, local);
        for (SocketAddress another : new SocketAddress[] {freeAddress(), local, null}) {
            assertThrows(AlreadyBoundException.class, () -> channel.bind(another));
        }
        assertEquals(local, channel.getLocalAddress());
        DatagramChannel sender = bound();
        send("a", sender, channel);
        assertReceives("a", sender, channel);
    }

    @Test
    void d03_boundToNullItHasAnAddressThatOthersCanSendTo() throws Exception {
        DatagramChannel channel = datagram();
        assertSame(channel, channel.bind(null));
        DatagramChannel other = datagram().bind(null);
        assertNotNull(channel.getLocalAddress());
        assertNotEquals(channel.getLocalAddress(), other.getLocalAddress());
        send("a", datagram(), channel);
        assertEquals("a", receivedText(channel));
    }

    private static String receivedText(DatagramChannel channel) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(ROOM_BYTES);
        assertNotNull(channel.receive(dst));
        return text(dst);
    }

    @Test
    void d04_bindToAForeignAddressThrowsUnsupportedAddressTypeException() throws Exception {
        DatagramChannel channel = datagram();
        for (SocketAddress foreign : ChannelStateContract.foreignAddresses(provider)) {
            assertThrows(UnsupportedAddressTypeException.class, () -> channel.bind(foreign));
            assertUnbound(channel);
        }
    }

    @Test
    void d05_bindToAnAddressThatIsTakenThrowsBindExceptionAndTheChannelCanBeBoundElsewhere() throws Exception {
        DatagramChannel channel = datagram();
        DatagramChannel owner = bound();
        assertThrows(BindException.class, () -> channel.bind(owner.getLocalAddress()));
        assertUnbound(channel);
        SocketAddress address = freeAddress();
        channel.bind(address);
        assertBoundTo(address, channel.getLocalAddress());
        send("a", owner, channel);
        assertReceives("a", owner, channel);
    }

    @Test
    void d17_receiveOnAnUnboundChannelBindsIt() throws Exception {
        DatagramChannel channel = datagram();
        channel.configureBlocking(false);
        assertNull(channel.receive(ByteBuffer.allocate(8)));
        assertNotNull(channel.getLocalAddress());
        channel.configureBlocking(true);
        send("a", datagram(), channel);
        assertEquals("a", receivedText(channel));

        DatagramChannel waiting = datagram();
        BackgroundCall<String> receive = BackgroundCall.start(() -> receivedText(waiting));
        BackgroundCall.soon().until(() -> waiting.getLocalAddress() != null);
        send("b", datagram(), waiting);
        assertEquals("b", receive.result());
    }

    @Test
    void d18_sendOnAnUnboundChannelBindsIt() throws Exception {
        DatagramChannel receiver = bound();
        for (boolean blocking : MODES) {
            DatagramChannel channel = datagram();
            channel.configureBlocking(blocking);
            send("a", channel, receiver);
            assertNotNull(channel.getLocalAddress());
            assertThrows(AlreadyBoundException.class, () -> channel.bind(freeAddress()));
            assertEquals("a", receivedText(receiver));
        }
    }

    @Test
    void d19_validOpsIsReadAndWrite() throws Exception {
        DatagramChannel channel = datagram();
        assertEquals(OP_READ | OP_WRITE, channel.validOps());
        channel.configureBlocking(false);
        Selector selector = selector();
        for (int invalid : new int[] {OP_CONNECT, OP_ACCEPT, OP_READ | OP_CONNECT}) {
            assertThrows(IllegalArgumentException.class, () -> channel.register(selector, invalid));
        }
        assertFalse(channel.isRegistered());
    }

    @Test
    @Deviates(provider = "DEFAULT-UDP", why = "the channel is the platform's, the selector is not")
    void d20_itsProviderIsTheOneThatMadeIt() throws Exception {
        assertSame(provider.provider(), datagram().provider());
        assertSame(provider.provider(), selector().provider());
    }

    @Test
    void d21_socketGivesAnAdaptorOrThrowsUnsupportedOperationException() throws Exception {
        NetworkInterface some = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        InetAddress group = InetAddress.getByAddress(new byte[] {(byte) 224, 0, 0, 1});
        for (DatagramChannel channel : new DatagramChannel[] {datagram(), bound()}) {
            if (provider.capabilities().contains(Capability.SOCKET_ADAPTOR)) {
                assertSame(channel, channel.socket().getChannel());
            } else {
                assertThrows(UnsupportedOperationException.class, channel::socket);
                assertThrows(UnsupportedOperationException.class, () -> channel.join(group, some));
                assertThrows(UnsupportedOperationException.class, () -> channel.join(group, some, InetAddress.getLoopbackAddress()));
            }
        }
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"}) // a value of the wrong type, as raw code may pass it
    void d22_bufferSizesCanBeSetAndReadAndWhatIsNoOptionOrNoValueIsRefused() throws Exception {
        DatagramChannel open = datagram();
        assertTrue(open.supportedOptions().containsAll(Set.of(SNDBUF, RCVBUF)));
        assertSame(open, open.setOption(SNDBUF, 16_384));
        assertSame(open, open.setOption(RCVBUF, 32_768));
        assertEquals(16_384, open.getOption(SNDBUF));
        assertEquals(32_768, open.getOption(RCVBUF));
        assertThrows(IllegalArgumentException.class, () -> open.setOption(SNDBUF, -1));
        assertThrows(IllegalArgumentException.class, () -> open.setOption(RCVBUF, Integer.MIN_VALUE));

        DatagramChannel closed = bound();
        Set<SocketOption<?>> options = closed.supportedOptions();
        closed.close();
        assertEquals(options, closed.supportedOptions());
        assertThrows(UnsupportedOperationException.class, options::clear);
        SocketOption<Integer> unknown = new Unknown(RCVBUF.name(), Integer.class);
        for (DatagramChannel channel : new DatagramChannel[] {open, closed}) {
            assertThrows(NullPointerException.class, () -> channel.getOption(null));
            assertThrows(NullPointerException.class, () -> channel.setOption(null, 1));
            assertThrows(UnsupportedOperationException.class, () -> channel.getOption(unknown));
            assertThrows(UnsupportedOperationException.class, () -> channel.setOption(unknown, null));
            assertThrows(IllegalArgumentException.class, () -> channel.setOption(RCVBUF, null));
            assertThrows(IllegalArgumentException.class, () -> channel.setOption((SocketOption) RCVBUF, 4096L));
        }
    }
}
