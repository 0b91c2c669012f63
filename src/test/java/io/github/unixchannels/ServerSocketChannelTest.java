// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener from open to closed: binding, accepting, and what it refuses. */
@ExtendWith(NothingLeaks.class)
class ServerSocketChannelTest {

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aNewListenerIsOpenBlockingAndUnbound(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer()) {
            assertTrue(server.isOpen());
            assertTrue(server.isBlocking());
            assertNull(server.getLocalAddress());
            assertEquals(SelectionKey.OP_ACCEPT, server.validOps());
            assertEquals("Not supported", assertThrows(UnsupportedOperationException.class, server::socket).getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptOfAnUnboundListenerIsNotYetBoundInEitherMode(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer()) {
            assertThrows(NotYetBoundException.class, server::accept);
            server.configureBlocking(false);
            assertThrows(NotYetBoundException.class, server::accept);
            assertTrue(server.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationOnAClosedListenerIsAClosedChannelException(SocketKind kind) throws IOException {
        ServerSocketChannel unbound = kind.openServer();
        ServerSocketChannel bound = kind.openServer().bind(address("server"));
        for (ServerSocketChannel server : new ServerSocketChannel[] {unbound, bound}) {
            server.close();
            server.close();
            Map<String, Executable> operations = new LinkedHashMap<>();
            operations.put("accept", server::accept);
            operations.put("bind", () -> server.bind(address("other")));
            operations.put("bind null", () -> server.bind(null));
            operations.put("getLocalAddress", server::getLocalAddress);
            operations.put("getOption", () -> server.getOption(StandardSocketOptions.SO_RCVBUF));
            operations.put("setOption", () -> server.setOption(StandardSocketOptions.SO_RCVBUF, 4096));
            operations.put("configureBlocking", () -> server.configureBlocking(false));
            operations.forEach((name, operation) -> {
                ClosedChannelException thrown = assertThrows(ClosedChannelException.class, operation, name);
                if (kind.isOurs()) { // the JDK before 25: sometimes an AsynchronousCloseException
                    assertSame(ClosedChannelException.class, thrown.getClass(), name);
                }
            });
            assertThrows(UnsupportedOperationException.class, server::socket);
            assertTrue(server.supportedOptions().contains(StandardSocketOptions.SO_RCVBUF));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerIsBoundOnceWhateverTheSecondAddressIs(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer()) {
            assertSame(server, server.bind(address("server")));
            assertThrows(AlreadyBoundException.class, () -> server.bind(address("other")));
            assertThrows(AlreadyBoundException.class, () -> server.bind(null));
            assertThrows(AlreadyBoundException.class, () -> server.bind(UNNAMED));
            assertThrows(AlreadyBoundException.class, () -> server.bind(new SocketAddress() {
                private static final long serialVersionUID = 1;
            }));
            assertEquals(address("server"), server.getLocalAddress());
            assertFalse(Files.exists(address("other").getPath()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bindToNoNameIsABindExceptionAndLeavesItUnbound(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer()) {
            BindException thrown = assertThrows(BindException.class, () -> server.bind(UNNAMED));
            if (kind.isOurs()) {
                assertEquals("bind(unnamed): a server socket cannot bind to an unnamed address", thrown.getMessage());
            }
            assertNull(server.getLocalAddress());
            server.bind(address("server"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailedBindDoesNotStandInTheWayOfTheNext(SocketKind kind) throws IOException {
        Files.createFile(folder.resolve("taken"));
        try (ServerSocketChannel server = kind.openServer(); SocketChannel client = kind.openSocket()) {
            assertThrows(BindException.class, () -> server.bind(address("taken")));
            assertThrows(UnsupportedAddressTypeException.class, () -> server.bind(new SocketAddress() {
                private static final long serialVersionUID = 1;
            }));
            assertNull(server.getLocalAddress());
            assertThrows(NotYetBoundException.class, server::accept);
            server.bind(address("free"));
            assertTrue(client.connect(address("free")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFileStaysWhenTheListenerIsClosedAndIsInTheWayUntilItIsRemoved(SocketKind kind) throws IOException {
        UnixDomainSocketAddress address = address("server");
        kind.openServer().bind(address).close();
        assertTrue(Files.exists(address.getPath()));
        try (ServerSocketChannel next = kind.openServer()) {
            assertThrows(BindException.class, () -> next.bind(address));
            Files.delete(address.getPath());
            next.bind(address);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNonBlockingAcceptReturnsNullWhileNobodyWaits(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer().bind(address("server"));
                SocketChannel client = kind.openSocket()) {
            server.configureBlocking(false);
            assertNull(server.accept());
            client.connect(address("server"));
            try (SocketChannel accepted = server.accept()) {
                assertTrue(accepted.isConnected());
            }
            assertNull(server.accept());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAcceptedChannelIsConnectedBlockingAndOfTheListenersProviderInEitherMode(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer().bind(address("server"))) {
            for (boolean blocking : new boolean[] {true, false}) {
                server.configureBlocking(blocking);
                try (SocketChannel client = kind.openSocket()) {
                    client.connect(address("server"));
                    try (SocketChannel accepted = server.accept()) {
                        assertTrue(accepted.isOpen());
                        assertTrue(accepted.isConnected());
                        assertFalse(accepted.isConnectionPending());
                        assertTrue(accepted.isBlocking());
                        assertFalse(accepted.isRegistered());
                        assertTrue(accepted.finishConnect());
                        assertSame(server.provider(), accepted.provider());
                        assertEquals(address("server"), accepted.getLocalAddress());
                        if (kind.isOurs()) {
                            assertEquals(kind.name(), assertInstanceOf(UnixSocketChannel.class, accepted).family().name());
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatIsGoneIsStillAcceptedAndReadsAsTheEnd(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer().bind(address("server"))) {
            try (SocketChannel client = kind.openSocket()) {
                client.connect(address("server"));
                client.write(ByteBuffer.wrap(new byte[] {1}));
            }
            try (SocketChannel accepted = server.accept()) {
                assertEquals(1, accepted.read(ByteBuffer.allocate(8)));
                assertEquals(-1, accepted.read(ByteBuffer.allocate(8)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsAreAcceptedInTheOrderTheyCameIn(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer().bind(address("server"));
                SocketChannel first = kind.openSocket().bind(address("first"));
                SocketChannel second = kind.openSocket().bind(address("second"))) {
            second.connect(address("server"));
            first.connect(address("server"));
            try (SocketChannel one = server.accept(); SocketChannel two = server.accept()) {
                assertEquals(address("second"), one.getRemoteAddress());
                assertEquals(address("first"), two.getRemoteAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedListenerRefusesConnectionsAndDropsThoseThatWait(SocketKind kind) throws IOException {
        try (SocketChannel waiting = kind.openSocket(); SocketChannel late = kind.openSocket()) {
            try (ServerSocketChannel server = kind.openServer()) {
                server.bind(address("server"));
                waiting.connect(address("server"));
            }
            assertThrows(ConnectException.class, () -> late.connect(address("server")));
            waiting.configureBlocking(false);
            // What the kernel says of a connection that nobody accepted is a reset or the end; it is not "nothing yet".
            int read;
            try {
                read = waiting.read(ByteBuffer.allocate(8));
            } catch (java.net.SocketException reset) {
                read = -1;
            }
            assertEquals(-1, read);
        }
    }

    private UnixDomainSocketAddress address(String name) {
        return UnixDomainSocketAddress.of(folder.resolve(name));
    }
}
