// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names that sockets connect to, are bound to and have, what is no such name, and which channels a socket can be on. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class SocketAddressTest {

    @TempDir
    Path folder;

    private UnixDomainSocketAddress path(String name) {
        return UnixDomainSocketAddress.of(folder.resolve(name));
    }

    private static <E extends Exception> void assertNames(SocketAddress address, Class<E> type, Executable attempt) {
        E e = assertThrowsExactly(type, attempt);
        assertTrue(e.getMessage().contains(address.toString()), e::toString);
    }

    private static void close(AutoCloseable closeable) throws Exception {
        closeable.close();
    }

    @Test
    void pathsAndAbstractNames() throws Exception {
        for (SocketAddress address : new SocketAddress[] {path("s"), AbstractNames.unique()}) {
            try (ServerSocket server = new UnixServerSocket(address);
                    Socket client = new UnixSocket(address);
                    Socket accepted = server.accept()) {
                assertEquals(address, server.getLocalSocketAddress());
                assertEquals(address, client.getRemoteSocketAddress());
                assertEquals(address, accepted.getLocalSocketAddress());
                assertEquals(UnixDomainSocketAddress.of(""), client.getLocalSocketAddress());
                assertEquals(UnixDomainSocketAddress.of(""), accepted.getRemoteSocketAddress());
                assertEquals(InetAddress.getLoopbackAddress(), client.getInetAddress());
                assertEquals(0, client.getPort());
                close(client);
                assertEquals(address, client.getRemoteSocketAddress());
                assertEquals(UnixDomainSocketAddress.of(""), client.getLocalSocketAddress());
                close(server);
                assertEquals(address, server.getLocalSocketAddress());
            }
        }
    }

    @Test
    void theNameOfAClientIsSeenByTheServer() throws Exception {
        try (ServerSocket server = new UnixServerSocket(path("s"));
                Socket client = new UnixSocket()) {
            client.bind(path("c"));
            assertEquals(path("c"), client.getLocalSocketAddress());
            client.connect(path("s"));
            assertEquals(path("c"), client.getLocalSocketAddress());
            try (Socket accepted = server.accept()) {
                assertEquals(path("c"), accepted.getRemoteSocketAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aServerThatIsBoundToNullHasANameThatCanBeConnectedTo(SocketPairKind kind) throws Exception {
        try (ServerSocket server = kind.openServer()) {
            server.bind(null);
            SocketAddress address = server.getLocalSocketAddress();
            try (Socket client = kind.openSocket()) {
                client.connect(address);
                server.accept().close();
            } finally {
                if (address instanceof UnixDomainSocketAddress made) {
                    Files.delete(made.getPath());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void eachFailureNamesTheAddress(SocketPairKind kind) throws Exception {
        InetSocketAddress foreign = InetSocketAddress.createUnresolved("host", 1);
        UnixDomainSocketAddress tooLong = path("l".repeat(200));
        try (ServerSocket server = kind.openServer();
                ServerSocket second = kind.openServer();
                SocketPairKind.Pair pair = kind.connect(folder);
                Socket bound = kind.openSocket()) {
            server.bind(path("taken"));
            assertNames(path("taken"), BindException.class, () -> second.bind(path("taken")));
            assertNames(path("taken"), BindException.class, () -> bound.bind(path("taken")));
            assertNames(tooLong, SocketException.class, () -> second.bind(tooLong));
            assertNames(tooLong, SocketException.class, () -> bound.bind(tooLong));
            assertNames(path("none/s"), SocketException.class, () -> second.bind(path("none/s")));
            assertNames(foreign, IllegalArgumentException.class, () -> second.bind(foreign));
            assertNames(foreign, IllegalArgumentException.class, () -> bound.bind(foreign));
            assertNames(foreign, IllegalArgumentException.class, () -> bound.connect(foreign));
            assertNames(path("x"), IllegalArgumentException.class, () -> bound.connect(path("x"), -1));
            assertNames(path("x"), SocketException.class, () -> server.bind(path("x")));
            assertFalse(second.isBound() || second.isClosed() || bound.isBound() || bound.isClosed());
            bound.bind(path("bound"));
            assertNames(path("x"), SocketException.class, () -> bound.bind(path("x")));
            assertNames(path("x"), SocketException.class, () -> pair.client().connect(path("x")));
        }
        assertNames(path("taken"), ConnectException.class, () -> connect(kind, path("taken")));
        assertNames(path("missing"), ConnectException.class, () -> connect(kind, path("missing")));
        assertNames(tooLong, SocketException.class, () -> connect(kind, tooLong));
    }

    private static void connect(SocketPairKind kind, SocketAddress address) throws Exception {
        try (Socket socket = kind.openSocket()) {
            try {
                socket.connect(address);
            } finally {
                assertTrue(socket.isClosed());
            }
        }
    }

    @Test
    void whatTheChannelDoesNotTakeIsNoAddress() throws Exception {
        try (Socket socket = SocketPairKind.JDK.openSocket();
                ServerSocket server = SocketPairKind.JDK.openServer()) {
            AbstractSocketAddress name = AbstractNames.unique();
            assertNames(name, IllegalArgumentException.class, () -> socket.connect(name));
            assertNames(name, IllegalArgumentException.class, () -> socket.bind(name));
            assertNames(name, IllegalArgumentException.class, () -> server.bind(name));
            assertFalse(socket.isClosed() || server.isClosed());
        }
        try (Socket socket = SocketPairKind.STREAM.openSocket()) {
            AbstractSocketAddress any = AbstractSocketAddress.AUTOBIND;
            assertNames(any, IllegalArgumentException.class, () -> socket.connect(any));
            assertFalse(socket.isClosed());
        }
    }

    @Test
    void constructorsThatFailLeaveNothingOpen() {
        assertThrowsExactly(NullPointerException.class, () -> new UnixSocket(null));
        assertThrowsExactly(NullPointerException.class, () -> new UnixServerSocket(null));
        assertThrowsExactly(ConnectException.class, () -> new UnixSocket(path("missing")));
        assertThrows(SocketException.class, () -> new UnixServerSocket(path("none/s")));
        assertThrowsExactly(IllegalArgumentException.class, () -> new UnixSocket(new InetSocketAddress(1)));
        assertThrowsExactly(IllegalArgumentException.class, () -> new UnixServerSocket(new InetSocketAddress(1)));
        assertThrowsExactly(NullPointerException.class, () -> UnixSocket.of(null));
        assertThrowsExactly(NullPointerException.class, () -> UnixServerSocket.of(null));
    }

    @Test
    void aSocketIsOnAChannelOfTheFamilyThatNobodyElseUses() throws Exception {
        try (SocketChannel tcp = SocketChannel.open();
                ServerSocketChannel tcpServer = ServerSocketChannel.open()) {
            assertThrowsExactly(IllegalArgumentException.class, () -> UnixSocket.of(tcp));
            assertThrowsExactly(IllegalArgumentException.class, () -> UnixServerSocket.of(tcpServer));
        }
        for (SocketPairKind kind : new SocketPairKind[] {SocketPairKind.JDK, SocketPairKind.STREAM, SocketPairKind.SEQPACKET}) {
            try (SocketChannel channel = kind.channels().openSocket();
                    ServerSocketChannel server = kind.channels().listen(folder, 1);
                    Selector selector = kind.channels().provider().openSelector()) {
                channel.connect(server.getLocalAddress());
                channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
                assertThrowsExactly(IllegalStateException.class, () -> UnixSocket.of(channel));
                assertThrowsExactly(IllegalStateException.class, () -> UnixServerSocket.of(server));
                assertTrue(channel.isOpen() && server.isOpen() && !channel.isBlocking() && !server.isBlocking());
                close(channel);
                close(server);
                assertThrowsExactly(ClosedChannelException.class, () -> UnixSocket.of(channel));
                assertThrowsExactly(ClosedChannelException.class, () -> UnixServerSocket.of(server));
            }
        }
        try (FilledBacklog backlog = new FilledBacklog(SocketPairKind.STREAM.channels(), folder);
                UnixSocketChannel pending = UnixSocketChannel.open()) {
            pending.configureBlocking(false);
            assertFalse(pending.connect(backlog.address()));
            assertThrowsExactly(ConnectionPendingException.class, () -> UnixSocket.of(pending));
        }
    }

    @Test
    void theModeOfTheChannelIsTheSockets() throws Exception {
        for (boolean before : new boolean[] {true, false}) {
            for (SocketPairKind kind : new SocketPairKind[] {SocketPairKind.JDK, SocketPairKind.STREAM, SocketPairKind.SEQPACKET}) {
                SocketChannel channel = kind.channels().openSocket();
                channel.configureBlocking(before);
                try (Socket socket = UnixSocket.of(channel)) {
                    assertSame(channel, socket.getChannel());
                    assertEquals(kind.channels().isOurs(), channel.isBlocking());
                }
                assertFalse(channel.isOpen());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aChangeOfTheModeIsTold(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            SocketChannel channel = pair.client().getChannel();
            channel.configureBlocking(!channel.isBlocking());
            assertThrowsExactly(IllegalBlockingModeException.class, pair.client().getInputStream()::read);
            assertThrowsExactly(IllegalBlockingModeException.class, () -> pair.client().getOutputStream().write(1));
            channel.configureBlocking(!channel.isBlocking());
            pair.client().getOutputStream().write(1);
            assertEquals(1, pair.accepted().getInputStream().read());
        }
    }

    @Test
    void aSocketThatWasNotUsedHasNoChannelAndASocketThatWasHasOne() throws Exception {
        try (Socket socket = new UnixSocket();
                ServerSocket server = new UnixServerSocket()) {
            assertNull(socket.getChannel());
            assertTrue(socket.getSendBufferSize() > 0);
            assertEquals(UnixProtocolFamily.STREAM, ((UnixSocketChannel) socket.getChannel()).family());
            assertEquals(UnixProtocolFamily.STREAM, ((UnixServerSocketChannel) server.getChannel()).family());
        }
    }
}
