// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From open to closed: what a socket channel says of itself and which operations it refuses, in each state but pending. */
@ExtendWith(NothingLeaks.class)
class SocketChannelStateTest {

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aNewChannelIsOpenBlockingUnboundAndUnconnected(SocketKind kind) throws IOException {
        try (SocketChannel channel = kind.openSocket()) {
            assertTrue(channel.isOpen());
            assertTrue(channel.isBlocking());
            assertFalse(channel.isConnected());
            assertFalse(channel.isConnectionPending());
            assertFalse(channel.isRegistered());
            assertNull(channel.getLocalAddress());
            assertNull(channel.getRemoteAddress());
            assertEquals(SelectionKey.OP_READ | SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT, channel.validOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void transfersOnAnUnconnectedChannelAreNotYetConnectedEvenIntoAReadOnlyBuffer(SocketKind kind) throws IOException {
        try (SocketChannel channel = kind.openSocket()) {
            for (boolean blocking : new boolean[] {true, false}) {
                channel.configureBlocking(blocking);
                transfers(channel).forEach((name, transfer) -> assertThrows(NotYetConnectedException.class, transfer, name));
                assertThrows(NotYetConnectedException.class, () -> channel.read(readOnly()));
                assertThrows(NotYetConnectedException.class, () -> channel.read(ByteBuffer.allocate(0)));
                assertThrows(NotYetConnectedException.class, () -> channel.write(ByteBuffer.allocate(0)));
            }
            assertTrue(channel.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownOfAnUnconnectedChannelIsNotYetConnected(SocketKind kind) throws IOException {
        try (SocketChannel channel = kind.openSocket().bind(null)) {
            assertThrows(NotYetConnectedException.class, channel::shutdownInput);
            assertThrows(NotYetConnectedException.class, channel::shutdownOutput);
            assertTrue(channel.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationOnAClosedChannelIsAClosedChannelException(SocketKind kind) throws IOException {
        SocketChannel unconnected = kind.openSocket();
        unconnected.close();
        assertAllClosed(kind, unconnected);
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.client().close();
            assertAllClosed(kind, sockets.client());
            assertFalse(sockets.client().isConnected());
            assertFalse(sockets.client().isConnectionPending());
        }
    }

    private void assertAllClosed(SocketKind kind, SocketChannel channel) {
        Map<String, Executable> operations = new LinkedHashMap<>(transfers(channel));
        operations.put("read into a read-only buffer", () -> channel.read(readOnly()));
        operations.put("connect", () -> channel.connect(address("nobody")));
        operations.put("finishConnect", channel::finishConnect);
        operations.put("bind", () -> channel.bind(address("unbound")));
        operations.put("bind null", () -> channel.bind(null));
        operations.put("getLocalAddress", channel::getLocalAddress);
        operations.put("getRemoteAddress", channel::getRemoteAddress);
        operations.put("getOption", () -> channel.getOption(StandardSocketOptions.SO_SNDBUF));
        operations.put("setOption", () -> channel.setOption(StandardSocketOptions.SO_SNDBUF, 8192));
        operations.put("shutdownInput", channel::shutdownInput);
        operations.put("shutdownOutput", channel::shutdownOutput);
        operations.put("configureBlocking", () -> channel.configureBlocking(false));
        operations.forEach((name, operation) -> {
            ClosedChannelException thrown = assertThrows(ClosedChannelException.class, operation, name);
            if (kind.isOurs()) { // the JDK before 25: sometimes an AsynchronousCloseException
                assertSame(ClosedChannelException.class, thrown.getClass(), name);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void closeIsIdempotentAndWhatNeedsNoSocketStillWorks(SocketKind kind) throws IOException {
        SocketChannel channel = kind.openSocket();
        channel.close();
        channel.close();
        assertFalse(channel.isOpen());
        assertTrue(channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER));
        assertThrows(UnsupportedOperationException.class, channel::socket);
        assertSame(channel.provider(), channel.provider());
    }

    @ParameterizedTest
    @EnumSource
    void thereIsNoSocketAdaptor(SocketKind kind) throws IOException {
        try (SocketChannel channel = kind.openSocket()) {
            assertEquals("Not supported", assertThrows(UnsupportedOperationException.class, channel::socket).getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectOfAConnectedChannelIsAlreadyConnectedAndChangesNothing(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            SocketAddress remote = sockets.client().getRemoteAddress();
            for (SocketChannel channel : new SocketChannel[] {sockets.client(), sockets.accepted()}) {
                assertThrows(AlreadyConnectedException.class, () -> channel.connect(address("other")));
                assertTrue(channel.isConnected());
                assertTrue(channel.finishConnect());
            }
            assertEquals(remote, sockets.client().getRemoteAddress());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theAddressIsCheckedBeforeAnyState(SocketKind kind) throws IOException {
        SocketAddress inet = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        SocketChannel closed = kind.openSocket();
        closed.close();
        try (SocketChannel unconnected = kind.openSocket(); ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            for (SocketChannel channel : new SocketChannel[] {closed, unconnected, sockets.client()}) {
                assertThrows(NullPointerException.class, () -> channel.connect(null));
                assertThrows(UnsupportedAddressTypeException.class, () -> channel.connect(inet));
                assertThrows(UnsupportedAddressTypeException.class, () -> channel.connect(new ForeignAddress()));
                assertThrows(UnsupportedAddressTypeException.class, () -> channel.connect(AbstractSocketAddress.AUTOBIND));
            }
            assertTrue(unconnected.isOpen());
            assertFalse(unconnected.isConnectionPending());
            assertNull(unconnected.getRemoteAddress());
        }
    }

    @ParameterizedTest
    @EnumSource
    void finishConnectOfAnUnconnectedChannelHasNothingPendingAndLeavesItOpen(SocketKind kind) throws IOException {
        try (SocketChannel channel = kind.openSocket()) {
            assertThrows(NoConnectionPendingException.class, channel::finishConnect);
            channel.configureBlocking(false);
            assertThrows(NoConnectionPendingException.class, channel::finishConnect);
            assertTrue(channel.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChannelIsBoundOnceAndAConnectedOneNotAtAll(SocketKind kind) throws IOException {
        try (SocketChannel named = kind.openSocket().bind(address("first"));
                SocketChannel nameless = kind.openSocket().bind(null);
                SocketChannel unnamed = kind.openSocket().bind(UNNAMED);
                ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            SocketChannel[] bound = {named, nameless, unnamed, sockets.client(), sockets.accepted()};
            for (SocketChannel channel : bound) {
                assertThrows(AlreadyBoundException.class, () -> channel.bind(address("second")));
                assertThrows(AlreadyBoundException.class, () -> channel.bind(null));
                assertThrows(AlreadyBoundException.class, () -> channel.bind(new ForeignAddress()), "the state is checked first");
            }
            assertEquals(address("first"), named.getLocalAddress());
            assertEquals(UNNAMED, nameless.getLocalAddress());
            assertEquals(UNNAMED, unnamed.getLocalAddress());
        }
    }

    @ParameterizedTest
    @EnumSource
    void addressesAreNullBeforeAndUnnamedWhereNobodyGaveAName(SocketKind kind) throws IOException {
        UnixDomainSocketAddress address = address("server");
        try (ServerSocketChannel server = kind.openServer().bind(address); SocketChannel client = kind.openSocket()) {
            assertTrue(client.connect(address));
            try (SocketChannel accepted = server.accept()) {
                assertEquals(UNNAMED, client.getLocalAddress());
                assertEquals(address, client.getRemoteAddress());
                assertEquals(address, accepted.getLocalAddress());
                assertEquals(UNNAMED, accepted.getRemoteAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBoundClientIsKnownToTheListenerByItsName(SocketKind kind) throws IOException {
        UnixDomainSocketAddress address = address("server");
        try (ServerSocketChannel server = kind.openServer().bind(address);
                SocketChannel client = kind.openSocket().bind(address("client"))) {
            client.connect(address);
            try (SocketChannel accepted = server.accept()) {
                assertEquals(address("client"), client.getLocalAddress());
                assertEquals(address("client"), accepted.getRemoteAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void anAbstractNameIsToldFromNoName(SocketKind kind) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        AbstractSocketAddress own = AbstractNames.unique();
        try (ServerSocketChannel server = kind.openServer().bind(address); SocketChannel client = kind.openSocket().bind(own)) {
            client.connect(address);
            try (SocketChannel accepted = server.accept()) {
                assertEquals(own, client.getLocalAddress());
                assertEquals(address, client.getRemoteAddress());
                assertEquals(address, accepted.getLocalAddress());
                assertEquals(own, accepted.getRemoteAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownIsIdempotentReturnsTheChannelAndKeepsItConnected(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            SocketChannel channel = sockets.client();
            for (int i = 0; i < 2; i++) {
                assertSame(channel, channel.shutdownInput());
                assertSame(channel, channel.shutdownOutput());
            }
            assertTrue(channel.isOpen());
            assertTrue(channel.isConnected());
            assertInstanceOf(UnixDomainSocketAddress.class, channel.getRemoteAddress());
        }
    }

    private static Map<String, Executable> transfers(SocketChannel channel) {
        Map<String, Executable> transfers = new LinkedHashMap<>();
        transfers.put("read", () -> channel.read(ByteBuffer.allocate(1)));
        transfers.put("scattering read", () -> channel.read(new ByteBuffer[] {ByteBuffer.allocate(1)}));
        transfers.put("write", () -> channel.write(ByteBuffer.allocate(1)));
        transfers.put("gathering write", () -> channel.write(new ByteBuffer[] {ByteBuffer.allocate(1)}));
        return transfers;
    }

    private static ByteBuffer readOnly() {
        return ByteBuffer.allocate(1).asReadOnlyBuffer();
    }

    private UnixDomainSocketAddress address(String name) {
        return UnixDomainSocketAddress.of(folder.resolve(name));
    }

    /** An address of a class that nobody knows. */
    private static final class ForeignAddress extends SocketAddress {
        private static final long serialVersionUID = 1;
    }
}
