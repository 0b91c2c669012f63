// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A connection that is pending because the listener's backlog is full. That there is such a state is a departure: the JDK fails and closes
 * the channel.
 */
@ExtendWith(NothingLeaks.class)
class PendingConnectionTest {

    /** A listener whose backlog is full, those that fill it, and a channel whose connect found it so. */
    private static final class FullBacklog implements AutoCloseable {
        final AbstractSocketAddress address = AbstractNames.unique();
        final ServerSocketChannel server;
        final Deque<SocketChannel> waiting = new ArrayDeque<>();
        final SocketChannel pending;

        FullBacklog(SocketKind kind) throws IOException {
            server = kind.openServer().bind(address, 1);
            SocketChannel next = connecting(kind);
            while (next.isConnected()) {
                waiting.add(next);
                next = connecting(kind);
            }
            pending = next;
        }

        private SocketChannel connecting(SocketKind kind) throws IOException {
            SocketChannel channel = kind.openSocket();
            channel.configureBlocking(false);
            channel.connect(address);
            return channel;
        }

        /** Makes room for one. */
        void accept() throws IOException {
            server.accept().close();
            waiting.remove().close();
        }

        @Override
        public void close() throws IOException {
            pending.close();
            for (SocketChannel channel : waiting) {
                channel.close();
            }
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void aPendingChannelIsOpenNotConnectedAndKnowsWhereToItConnects(SocketKind kind) throws IOException {
        try (FullBacklog backlog = new FullBacklog(kind)) {
            assertEquals(2, backlog.waiting.size(), "listen(1) admits two");
            assertTrue(backlog.pending.isConnectionPending());
            assertFalse(backlog.pending.isConnected());
            assertTrue(backlog.pending.isOpen());
            assertEquals(backlog.address, backlog.pending.getRemoteAddress());
            assertNull(backlog.pending.getLocalAddress());
            assertEquals(
                    "io.github.unixchannels.UnixSocketChannel[" + kind + " connection-pending remote=" + backlog.address + "]",
                    backlog.pending.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void aPendingChannelRefusesEverythingButFinishConnectAndStaysPending(SocketKind kind) throws IOException {
        try (FullBacklog backlog = new FullBacklog(kind)) {
            SocketChannel pending = backlog.pending;
            assertThrows(ConnectionPendingException.class, () -> pending.connect(backlog.address));
            assertThrows(ConnectionPendingException.class, () -> pending.connect(AbstractNames.unique()));
            assertThrows(NullPointerException.class, () -> pending.connect(null));
            assertThrows(UnsupportedAddressTypeException.class, () -> pending.connect(new SocketAddress() {
                private static final long serialVersionUID = 1;
            }));
            assertThrows(ConnectionPendingException.class, () -> pending.bind(null));
            assertThrows(ConnectionPendingException.class, () -> pending.bind(AbstractNames.unique()));
            assertThrows(NotYetConnectedException.class, () -> pending.read(ByteBuffer.allocate(1)));
            assertThrows(NotYetConnectedException.class, () -> pending.write(ByteBuffer.allocate(1)));
            assertThrows(NotYetConnectedException.class, pending::shutdownInput);
            assertThrows(NotYetConnectedException.class, pending::shutdownOutput);
            assertThrows(SocketException.class, () -> pending.getOption(UnixSocketOptions.SO_PEERCRED));
            assertFalse(pending.finishConnect());
            assertTrue(pending.isConnectionPending());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void finishConnectConnectsOnceThereIsRoomInEitherMode(SocketKind kind) throws IOException {
        for (boolean blocking : new boolean[] {false, true}) {
            try (FullBacklog backlog = new FullBacklog(kind)) {
                backlog.accept();
                backlog.pending.configureBlocking(blocking);
                assertTrue(backlog.pending.finishConnect());
                assertTrue(backlog.pending.isConnected());
                assertFalse(backlog.pending.isConnectionPending());
                assertTrue(backlog.pending.finishConnect());
                assertNotNull(backlog.pending.getLocalAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void finishConnectAfterTheListenerIsGoneFailsAndClosesTheChannel(SocketKind kind) throws IOException {
        try (FullBacklog backlog = new FullBacklog(kind)) {
            backlog.server.close();
            ConnectException thrown = assertThrows(ConnectException.class, backlog.pending::finishConnect);
            assertEquals("connect(" + backlog.address + "): Connection refused (ECONNREFUSED)", thrown.getMessage());
            assertFalse(backlog.pending.isOpen());
            assertFalse(backlog.pending.isConnectionPending());
            assertThrows(ClosedChannelException.class, backlog.pending::finishConnect);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void aClosedPendingChannelIsNoLongerPending(SocketKind kind) throws IOException {
        try (FullBacklog backlog = new FullBacklog(kind)) {
            backlog.pending.close();
            assertFalse(backlog.pending.isConnectionPending());
            assertThrows(ClosedChannelException.class, backlog.pending::finishConnect);
            assertThrows(ClosedChannelException.class, () -> backlog.pending.connect(backlog.address));
        }
    }

    @Test
    void theJdkFailsAndClosesTheChannelInstead(@TempDir Path folder) throws IOException {
        Deque<SocketChannel> clients = new ArrayDeque<>();
        try (ServerSocketChannel server = SocketKind.JDK.openServer()) {
            SocketAddress address = server.bind(UnixDomainSocketAddress.of(folder.resolve("server")), 1).getLocalAddress();
            SocketException thrown = assertThrows(SocketException.class, () -> {
                for (;;) {
                    SocketChannel client = SocketKind.JDK.openSocket();
                    clients.add(client);
                    client.configureBlocking(false);
                    client.connect(address);
                }
            });
            assertEquals("Resource temporarily unavailable", thrown.getMessage());
            assertFalse(clients.getLast().isOpen());
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }
}
