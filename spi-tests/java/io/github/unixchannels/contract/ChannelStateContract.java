// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** From open to closed: what a socket channel says of itself, and what it refuses. */
class ChannelStateContract extends ContractTest {

    static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private static final String ASYNCHRONOUS_CLOSE =
            "a blocking connect, finishConnect or accept throws AsynchronousCloseException on Java 17 (JDK-8329190)";

    private static final String NOT_MEASURED = ASYNCHRONOUS_CLOSE + "; measured on 17, which does, and 25, which does not, none between";

    /** Addresses that no channel of a provider can take: of a class that nobody knows, and of another kind of socket. */
    static List<SocketAddress> foreignAddresses(ProviderUnderTest provider) {
        return List.of(new ForeignAddress(), provider.isUnix() ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 1) : UNNAMED);
    }

    /** An address of a class that nobody knows. */
    private static final class ForeignAddress extends SocketAddress {
        private static final long serialVersionUID = 1;
    }

    /** Channels that were closed in either mode, before and after they were connected. */
    private List<SocketChannel> closedChannels() throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        for (boolean blocking : new boolean[] {true, false}) {
            for (SocketChannel channel : new SocketChannel[] {socket(), pair().client()}) {
                channel.configureBlocking(blocking);
                channel.close();
                channels.add(channel);
            }
        }
        return channels;
    }

    private static void assertAllThrow(Class<? extends Exception> expected, Map<String, Executable> operations) {
        operations.forEach((name, operation) -> assertThrows(expected, operation, name));
    }

    private static void assertThrowsItself(String name, Executable operation) {
        assertSame(ClosedChannelException.class, assertThrows(ClosedChannelException.class, operation, name).getClass(), name);
    }

    private static Map<String, Executable> transfers(SocketChannel channel) {
        ByteBuffer[] two = {ByteBuffer.allocate(1), ByteBuffer.allocate(1)};
        Map<String, Executable> transfers = new LinkedHashMap<>();
        transfers.put("read", () -> channel.read(ByteBuffer.allocate(1)));
        transfers.put("read of nothing", () -> channel.read(ByteBuffer.allocate(0)));
        transfers.put("read into a read-only buffer", () -> channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
        transfers.put("scattering read", () -> channel.read(two));
        transfers.put("scattering read of a part", () -> channel.read(two, 1, 1));
        transfers.put("write", () -> channel.write(ByteBuffer.allocate(1)));
        transfers.put("write of nothing", () -> channel.write(ByteBuffer.allocate(0)));
        transfers.put("write of a read-only buffer", () -> channel.write(ByteBuffer.allocate(1).asReadOnlyBuffer()));
        transfers.put("gathering write", () -> channel.write(two));
        transfers.put("gathering write of a part", () -> channel.write(two, 1, 1));
        return transfers;
    }

    private Map<String, Executable> connects(SocketChannel channel) throws IOException {
        SocketAddress nobody = provider.refusingAddress(folder);
        Map<String, Executable> connects = new LinkedHashMap<>();
        connects.put("connect", () -> channel.connect(nobody));
        connects.put("finishConnect", channel::finishConnect);
        return connects;
    }

    private Map<String, Executable> addressing(SocketChannel channel) throws IOException {
        SocketAddress free = freeAddress();
        Map<String, Executable> addressing = new LinkedHashMap<>();
        addressing.put("bind", () -> channel.bind(free));
        addressing.put("bind to null", () -> channel.bind(null));
        addressing.put("getLocalAddress", channel::getLocalAddress);
        addressing.put("getRemoteAddress", channel::getRemoteAddress);
        return addressing;
    }

    private static Map<String, Executable> shutdowns(SocketChannel channel) {
        Map<String, Executable> shutdowns = new LinkedHashMap<>();
        shutdowns.put("shutdownInput", channel::shutdownInput);
        shutdowns.put("shutdownOutput", channel::shutdownOutput);
        return shutdowns;
    }

    private static Map<String, Executable> modes(SocketChannel channel) {
        Map<String, Executable> modes = new LinkedHashMap<>();
        modes.put("configureBlocking(true)", () -> channel.configureBlocking(true));
        modes.put("configureBlocking(false)", () -> channel.configureBlocking(false));
        return modes;
    }

    @Test
    void c01_aNewChannelIsOpenBlockingUnregisteredNotConnectedAndNotPending() throws IOException {
        SocketChannel channel = socket();
        assertTrue(channel.isOpen());
        assertTrue(channel.isBlocking());
        assertFalse(channel.isRegistered());
        assertFalse(channel.isConnected());
        assertFalse(channel.isConnectionPending());
        assertSame(provider.provider(), channel.provider());
    }

    @Test
    void c02_closeIsIdempotent() throws IOException {
        for (SocketChannel channel : new SocketChannel[] {socket(), pair().client()}) {
            channel.close();
            assertFalse(channel.isOpen());
            channel.close();
            assertFalse(channel.isOpen());
        }
    }

    @Test
    void c03_aClosedChannelIsNeitherConnectedNorPending() throws IOException {
        List<SocketChannel> closed = closedChannels();
        if (provider.capabilities().contains(Capability.PENDING_BACKLOG)) {
            SocketChannel pending = ConnectContract.fillBacklog(this, unboundServer().bind(freeAddress(), 1));
            assertTrue(pending.isConnectionPending());
            pending.close();
            closed.add(pending);
        }
        for (SocketChannel channel : closed) {
            assertFalse(channel.isConnected());
            assertFalse(channel.isConnectionPending());
        }
    }

    @Test
    void c04_onAClosedChannelReadAndWriteThrowClosedChannelException() throws IOException {
        for (SocketChannel channel : closedChannels()) {
            assertAllThrow(ClosedChannelException.class, transfers(channel));
        }
    }

    @Test
    void c05_onAClosedChannelConnectAndFinishConnectThrowClosedChannelException() throws IOException {
        for (SocketChannel channel : closedChannels()) {
            assertAllThrow(ClosedChannelException.class, connects(channel));
        }
    }

    @Test
    void c06_onAClosedChannelBindAndTheAddressesThrowClosedChannelException() throws IOException {
        for (SocketChannel channel : closedChannels()) {
            assertAllThrow(ClosedChannelException.class, addressing(channel));
        }
    }

    @Test
    void c07_onAClosedChannelShutdownAndConfigureBlockingThrowClosedChannelException() throws IOException {
        for (SocketChannel channel : closedChannels()) {
            assertAllThrow(ClosedChannelException.class, shutdowns(channel));
            assertAllThrow(ClosedChannelException.class, modes(channel));
        }
    }

    @Test
    @Deviates(provider = "JDK-TCP", why = ASYNCHRONOUS_CLOSE, before = 18)
    @Deviates(provider = "JDK-TCP", why = NOT_MEASURED, from = 18, before = 25, always = false)
    @Deviates(provider = "JDK-UNIX-STREAM", why = ASYNCHRONOUS_CLOSE, before = 18)
    @Deviates(provider = "JDK-UNIX-STREAM", why = NOT_MEASURED, from = 18, before = 25, always = false)
    void c08_whatAClosedChannelThrowsIsClosedChannelExceptionItself() throws IOException {
        for (SocketChannel channel : closedChannels()) {
            Map<String, Executable> operations = transfers(channel);
            operations.putAll(connects(channel));
            operations.putAll(addressing(channel));
            operations.putAll(shutdowns(channel));
            operations.putAll(modes(channel));
            operations.forEach(ChannelStateContract::assertThrowsItself);
        }
        ServerSocketChannel server = server();
        server.close();
        assertThrowsItself("accept", server::accept);
    }

    @Test
    void c09_readAndWriteOnAnUnconnectedChannelThrowNotYetConnectedException() throws IOException {
        SocketChannel bound = socket().bind(null);
        for (SocketChannel channel : new SocketChannel[] {socket(), bound}) {
            for (boolean blocking : new boolean[] {true, false}) {
                channel.configureBlocking(blocking);
                assertAllThrow(NotYetConnectedException.class, transfers(channel));
            }
            assertTrue(channel.isOpen());
        }
    }

    @Test
    void c10_shutdownOfAnUnconnectedChannelThrowsNotYetConnectedException() throws IOException {
        SocketChannel bound = socket().bind(null);
        for (SocketChannel channel : new SocketChannel[] {socket(), bound}) {
            assertAllThrow(NotYetConnectedException.class, shutdowns(channel));
            assertTrue(channel.isOpen());
        }
    }

    @Test
    void c11_configureBlockingChangesWhatIsBlockingSays() throws IOException {
        for (SocketChannel channel : new SocketChannel[] {socket(), pair().client()}) {
            for (boolean blocking : new boolean[] {true, false, false, true, true}) {
                assertSame(channel, channel.configureBlocking(blocking));
                assertEquals(blocking, channel.isBlocking());
            }
        }
    }

    @Test
    void c12_theAddressesOfANewChannelAreNull() throws IOException {
        SocketChannel channel = socket();
        assertNull(channel.getLocalAddress());
        assertNull(channel.getRemoteAddress());
    }

    @Test
    void c13_theServersAddressIsTheClientsRemoteAndTheAcceptedChannelsLocalAddress() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel client = socket();
        client.connect(server.getLocalAddress());
        SocketChannel accepted = closing(server.accept());
        assertEquals(server.getLocalAddress(), client.getRemoteAddress());
        assertEquals(server.getLocalAddress(), accepted.getLocalAddress());
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c14_aConnectedChannelThatWasNotBoundIsUnnamedAlsoForItsPeer() throws IOException {
        Pair pair = pair();
        assertEquals(UNNAMED, pair.client().getLocalAddress());
        assertEquals(UNNAMED, pair.accepted().getRemoteAddress());
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c15_bindToNullBindsAClientToTheUnnamedAddress() throws IOException {
        SocketChannel channel = socket();
        assertSame(channel, channel.bind(null));
        assertEquals(UNNAMED, channel.getLocalAddress());
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c131_bindToTheUnnamedAddressIsLikeBindToNull() throws IOException {
        SocketChannel channel = socket();
        assertSame(channel, channel.bind(UNNAMED));
        assertEquals(UNNAMED, channel.getLocalAddress());
        assertThrows(AlreadyBoundException.class, () -> channel.bind(UNNAMED));
        assertTrue(channel.connect(server().getLocalAddress()));
    }

    @Test
    void c16_bindOnABoundOrConnectedChannelThrowsAlreadyBoundException() throws IOException {
        SocketChannel named = socket().bind(freeAddress());
        SocketChannel unnamed = socket().bind(null);
        Pair pair = pair();
        for (SocketChannel channel : new SocketChannel[] {named, unnamed, pair.client(), pair.accepted()}) {
            SocketAddress local = channel.getLocalAddress();
            SocketAddress other = freeAddress();
            assertThrows(AlreadyBoundException.class, () -> channel.bind(other));
            assertThrows(AlreadyBoundException.class, () -> channel.bind(null));
            assertThrows(AlreadyBoundException.class, () -> channel.bind(new ForeignAddress()), "the state is checked first");
            assertEquals(local, channel.getLocalAddress());
        }
    }

    @Test
    void c17_bindToAForeignAddressThrowsUnsupportedAddressTypeException() throws IOException {
        SocketChannel channel = socket();
        for (SocketAddress foreign : foreignAddresses(provider)) {
            assertThrows(UnsupportedAddressTypeException.class, () -> channel.bind(foreign));
            assertTrue(channel.isOpen());
            assertNull(channel.getLocalAddress());
        }
    }

    @Test
    void c18_bindToAnAddressInUseThrowsBindException() throws IOException {
        SocketAddress taken = server().getLocalAddress();
        SocketChannel channel = socket();
        assertThrows(BindException.class, () -> channel.bind(taken));
        assertTrue(channel.isOpen());
        assertNull(channel.getLocalAddress());
        channel.bind(freeAddress());
    }

    @Test
    void c19_socketGivesAnAdaptorOrThrowsUnsupportedOperationException() throws IOException {
        for (SocketChannel channel : new SocketChannel[] {socket(), pair().client()}) {
            if (provider.capabilities().contains(Capability.SOCKET_ADAPTOR)) {
                assertSame(channel, channel.socket().getChannel());
            } else {
                assertThrows(UnsupportedOperationException.class, channel::socket);
            }
        }
    }

    @Test
    void c20_theChannelsStringTellsItsState() throws IOException {
        assertState("unconnected", socket());
        SocketChannel input = pair().client();
        assertState("connected", input);
        assertState("connected ishut", input.shutdownInput());
        assertState("connected ishut oshut", input.shutdownOutput());
        assertState("connected oshut", pair().client().shutdownOutput());
        input.close();
        assertState("closed", input);
    }

    /** The words before the addresses, and after the type if it is told. */
    private static void assertState(String expected, SocketChannel channel) {
        String text = channel.toString();
        String states = "(unconnected|connection-pending|connected( ishut)?( oshut)?|closed)";
        String found = text.replaceFirst("^[^\\[]*\\[(\\S+ )??" + states + "(?=[ \\]]).*$", "$2");
        assertEquals(expected, found, text);
    }
}
