// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** ServerSocketChannel: binding, accepting, and what it refuses. */
class ServerContract extends ContractTest {

    /** Channels that were closed in either mode, before and after they were bound. */
    private ServerSocketChannel[] closedServers() throws IOException {
        ServerSocketChannel[] servers = {unboundServer(), unboundServer(), server(), server()};
        for (int i = 0; i < servers.length; i++) {
            servers[i].configureBlocking(i % 2 == 0);
            servers[i].close();
        }
        return servers;
    }

    private SocketChannel connectTo(ServerSocketChannel server) throws IOException {
        SocketChannel client = socket();
        client.connect(server.getLocalAddress());
        return client;
    }

    /** Accepts in whatever mode: a connection that is made may take its time to be there. */
    private SocketChannel accept(ServerSocketChannel server) throws IOException {
        SocketChannel accepted = server.accept();
        while (accepted == null) {
            Thread.onSpinWait();
            accepted = server.accept();
        }
        return closing(accepted);
    }

    private static void assertIsUnbound(ServerSocketChannel server) throws IOException {
        assertTrue(server.isOpen());
        assertNull(server.getLocalAddress());
        assertThrows(NotYetBoundException.class, server::accept);
    }

    @Test
    void c88_aNewServerChannelIsOpenBlockingAndUnbound() throws IOException {
        ServerSocketChannel server = unboundServer();
        assertTrue(server.isOpen());
        assertTrue(server.isBlocking());
        assertFalse(server.isRegistered());
        assertNull(server.getLocalAddress());
        assertSame(provider.provider(), server.provider());
    }

    @Test
    void c89_acceptThrowsClosedChannelOrNotYetBoundException() throws IOException {
        for (ServerSocketChannel closed : closedServers()) {
            assertThrows(ClosedChannelException.class, closed::accept);
        }
        ServerSocketChannel unbound = unboundServer();
        assertThrows(NotYetBoundException.class, unbound::accept);
        unbound.configureBlocking(false);
        assertThrows(NotYetBoundException.class, unbound::accept);
        assertTrue(unbound.isOpen());
    }

    @Test
    void c90_aNonBlockingAcceptWithNoneThereReturnsNull() throws IOException {
        ServerSocketChannel server = server();
        server.configureBlocking(false);
        assertNull(server.accept());
        connectTo(server);
        assertNotNull(accept(server));
        assertNull(server.accept());
    }

    @Test
    void c91_theAcceptedChannelIsConnectedBlockingAndOfTheServersProvider() throws IOException {
        ServerSocketChannel server = server();
        for (boolean blocking : new boolean[] {true, false}) {
            server.configureBlocking(blocking);
            connectTo(server);
            SocketChannel accepted = accept(server);
            assertTrue(accepted.isConnected());
            assertFalse(accepted.isConnectionPending());
            assertTrue(accepted.isBlocking());
            assertFalse(accepted.isRegistered());
            assertSame(server.provider(), accepted.provider());
        }
    }

    @Test
    void c92_bindOnABoundServerChannelThrowsAlreadyBoundException() throws IOException {
        ServerSocketChannel server = server();
        SocketAddress local = server.getLocalAddress();
        SocketAddress other = freeAddress();
        assertThrows(AlreadyBoundException.class, () -> server.bind(other));
        assertThrows(AlreadyBoundException.class, () -> server.bind(null));
        assertThrows(AlreadyBoundException.class, () -> server.bind(local));
        assertEquals(local, server.getLocalAddress());
    }

    @Test
    void c93_bindToAForeignAddressThrowsUnsupportedAddressTypeException() throws IOException {
        ServerSocketChannel server = unboundServer();
        for (SocketAddress foreign : ChannelStateContract.foreignAddresses(provider)) {
            assertThrows(UnsupportedAddressTypeException.class, () -> server.bind(foreign));
            assertIsUnbound(server);
        }
    }

    @Test
    void c94_aBindThatFailsLeavesTheServerChannelOpenAndUnbound() throws IOException {
        SocketAddress taken = server().getLocalAddress();
        ServerSocketChannel server = unboundServer();
        assertThrows(BindException.class, () -> server.bind(taken));
        assertIsUnbound(server);
        assertSame(server, server.bind(freeAddress()));
        connectTo(server);
        assertTrue(accept(server).isConnected());
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c132_bindWhereThereIsNoFolderThrowsSocketExceptionAndTheChannelStaysOpenAndUnbound() throws IOException {
        SocketAddress nowhere = UnixDomainSocketAddress.of(folder.resolve("none").resolve("s"));
        ServerSocketChannel server = unboundServer();
        assertThrows(SocketException.class, () -> server.bind(nowhere));
        assertIsUnbound(server);
        SocketChannel client = socket();
        assertThrows(SocketException.class, () -> client.bind(nowhere));
        assertTrue(client.isOpen());
        assertNull(client.getLocalAddress());
    }

    @Test
    void c95_aServerChannelBoundToNullHasAnAddressToConnectTo() throws IOException {
        ServerSocketChannel server = unboundServer().bind(null);
        if (server.getLocalAddress() instanceof UnixDomainSocketAddress named) {
            closing(() -> Files.deleteIfExists(named.getPath()));
        }
        assertTrue(connectTo(server).isConnected());
        assertTrue(accept(server).isConnected());
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c96_aServerChannelCannotBeBoundToTheUnnamedAddress() throws IOException {
        ServerSocketChannel server = unboundServer();
        assertThrows(BindException.class, () -> server.bind(ChannelStateContract.UNNAMED));
        assertIsUnbound(server);
        server.bind(freeAddress());
    }

    /** That it is more than one: a backlog of 0 would let one connection wait, and the second connect would not return. */
    @Test
    void c97_aBacklogBelowOneIsADefault() throws IOException {
        for (int backlog : new int[] {0, -1, Integer.MIN_VALUE}) {
            ServerSocketChannel server = unboundServer().bind(freeAddress(), backlog);
            for (int i = 0; i < 8; i++) {
                assertTrue(connectTo(server).isConnected());
            }
        }
    }

    @Test
    void c98_connectionsThatWereMadeBeforeAcceptAreAcceptedInOrder() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel[] clients = new SocketChannel[4];
        for (int i = clients.length - 1; i >= 0; i--) {
            clients[i] = socket().bind(freeAddress());
        }
        for (SocketChannel client : clients) {
            client.connect(server.getLocalAddress());
        }
        for (SocketChannel client : clients) {
            assertEquals(client.getLocalAddress(), accept(server).getRemoteAddress());
        }
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c99_theFileOfAPathStaysWhenTheServerChannelIsClosed() throws IOException {
        ServerSocketChannel server = server();
        Path path = ((UnixDomainSocketAddress) server.getLocalAddress()).getPath();
        assertTrue(Files.exists(path));
        server.close();
        assertTrue(Files.exists(path));
    }

    @Test
    void c100_afterAServerChannelIsClosedConnectingToItIsRefused() throws IOException {
        ServerSocketChannel server = server();
        SocketAddress address = server.getLocalAddress();
        connectTo(server);
        server.close();
        SocketChannel late = socket();
        assertThrows(ConnectException.class, () -> late.connect(address));
    }

    @Test
    void c101_onAClosedServerChannelBindGetLocalAddressAndConfigureBlockingThrow() throws IOException {
        SocketAddress free = freeAddress();
        for (ServerSocketChannel closed : closedServers()) {
            assertThrows(ClosedChannelException.class, () -> closed.bind(free));
            assertThrows(ClosedChannelException.class, () -> closed.bind(null));
            assertThrows(ClosedChannelException.class, closed::getLocalAddress);
            assertThrows(ClosedChannelException.class, () -> closed.configureBlocking(true));
            assertThrows(ClosedChannelException.class, () -> closed.configureBlocking(false));
        }
    }

    @Test
    void c133_theServerChannelsStringSaysWhetherItIsUnboundOrClosed() throws IOException {
        ServerSocketChannel server = unboundServer();
        assertTrue(server.toString().endsWith("unbound]"), server::toString);
        server.bind(freeAddress());
        assertFalse(server.toString().contains("unbound"), server::toString);
        assertFalse(server.toString().contains("closed"), server::toString);
        server.close();
        assertTrue(server.toString().endsWith("closed]"), server::toString);
    }

    @Test
    void c102_socketGivesAnAdaptorOrThrowsUnsupportedOperationException() throws IOException {
        for (ServerSocketChannel server : new ServerSocketChannel[] {unboundServer(), server()}) {
            if (provider.capabilities().contains(Capability.SOCKET_ADAPTOR)) {
                assertSame(server, server.socket().getChannel());
            } else {
                assertThrows(UnsupportedOperationException.class, server::socket);
            }
        }
    }
}
