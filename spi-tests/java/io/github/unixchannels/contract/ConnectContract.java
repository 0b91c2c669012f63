// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** SocketChannel.connect and finishConnect. */
class ConnectContract extends ContractTest {

    /**
     * Connects channels to a server that accepts none, until its backlog is full. Returns the channel that found it so: its connection is
     * pending, or the channel is closed, where the provider has nothing pending.
     */
    static SocketChannel fillBacklog(ContractTest test, ServerSocketChannel server) throws IOException {
        for (;;) {
            SocketChannel channel = test.socket();
            channel.configureBlocking(false);
            try {
                if (!channel.connect(server.getLocalAddress())) {
                    return channel;
                }
            } catch (SocketException full) {
                assertFalse(channel.isOpen());
                return channel;
            }
        }
    }

    /** A server with the shortest backlog there is. */
    private ServerSocketChannel shortBacklogServer() throws IOException {
        return unboundServer().bind(freeAddress(), 1);
    }

    private SocketChannel nonBlockingSocket() throws IOException {
        SocketChannel channel = socket();
        channel.configureBlocking(false);
        return channel;
    }

    private static void connectByPolling(SocketChannel channel, SocketAddress remote) throws IOException {
        if (!channel.connect(remote)) {
            assertTrue(channel.isConnectionPending());
            finishByPolling(channel);
        }
    }

    private static void finishByPolling(SocketChannel channel) throws IOException {
        while (!channel.finishConnect()) {
            assertTrue(channel.isConnectionPending());
            Thread.onSpinWait();
        }
    }

    private static void assertIsConnected(SocketChannel channel) {
        assertTrue(channel.isOpen());
        assertTrue(channel.isConnected());
        assertFalse(channel.isConnectionPending());
    }

    private static void assertIsUnconnected(SocketChannel channel) throws IOException {
        assertTrue(channel.isOpen());
        assertFalse(channel.isConnected());
        assertFalse(channel.isConnectionPending());
        assertNull(channel.getRemoteAddress());
    }

    private static void assertIsClosed(SocketChannel channel) {
        assertFalse(channel.isOpen());
        assertFalse(channel.isConnected());
        assertFalse(channel.isConnectionPending());
    }

    private static void assertIsPending(SocketChannel channel) {
        assertTrue(channel.isOpen());
        assertFalse(channel.isConnected());
        assertTrue(channel.isConnectionPending());
    }

    @Test
    void c21_aBlockingConnectToAListenerReturnsTrueAndTheChannelIsConnected() throws IOException {
        SocketChannel channel = socket();
        assertTrue(channel.connect(server().getLocalAddress()));
        assertIsConnected(channel);
    }

    @Test
    void c22_finishConnectOnAConnectedChannelReturnsTrue() throws IOException {
        Pair pair = pair();
        for (SocketChannel channel : new SocketChannel[] {pair.client(), pair.accepted()}) {
            assertTrue(channel.finishConnect());
            channel.configureBlocking(false);
            assertTrue(channel.finishConnect());
            assertIsConnected(channel);
        }
    }

    @Test
    void c23_finishConnectWithoutAPendingConnectionThrowsAndTheChannelStaysOpen() throws IOException {
        SocketChannel channel = socket();
        assertThrows(NoConnectionPendingException.class, channel::finishConnect);
        channel.configureBlocking(false);
        assertThrows(NoConnectionPendingException.class, channel::finishConnect);
        assertIsUnconnected(channel);
    }

    @Test
    void c24_connectOnAConnectedChannelThrowsAndTheChannelStaysConnected() throws IOException {
        Pair pair = pair();
        SocketAddress other = server().getLocalAddress();
        for (SocketChannel channel : new SocketChannel[] {pair.client(), pair.accepted()}) {
            SocketAddress remote = channel.getRemoteAddress();
            assertThrows(AlreadyConnectedException.class, () -> channel.connect(other));
            channel.configureBlocking(false);
            assertThrows(AlreadyConnectedException.class, () -> channel.connect(other));
            assertIsConnected(channel);
            assertEquals(remote, channel.getRemoteAddress());
        }
    }

    @Test
    void c25_connectToNullIsANullPointerExceptionAndTheChannelStaysOpen() throws IOException {
        SocketChannel channel = socket();
        assertThrows(NullPointerException.class, () -> channel.connect(null));
        assertIsUnconnected(channel);
        assertTrue(channel.connect(server().getLocalAddress()));
    }

    @Test
    void c26_connectToAForeignAddressThrowsUnsupportedAddressTypeExceptionAndTheChannelStaysOpen() throws IOException {
        SocketChannel channel = socket();
        for (SocketAddress foreign : ChannelStateContract.foreignAddresses(provider)) {
            assertThrows(UnsupportedAddressTypeException.class, () -> channel.connect(foreign));
            assertIsUnconnected(channel);
        }
        assertTrue(channel.connect(server().getLocalAddress()));
    }

    @Test
    void c27_connectWhereNobodyListensThrowsConnectExceptionAndClosesTheChannel() throws IOException {
        SocketChannel channel = socket();
        SocketAddress nobody = provider.refusingAddress(folder);
        assertThrows(ConnectException.class, () -> channel.connect(nobody));
        assertIsClosed(channel);
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c127_connectToAPathThatIsNotThereThrowsSocketExceptionAndClosesTheChannel() throws IOException {
        SocketAddress missing = freeAddress();
        for (SocketChannel channel : new SocketChannel[] {socket(), nonBlockingSocket()}) {
            assertThrows(SocketException.class, () -> channel.connect(missing));
            assertIsClosed(channel);
        }
    }

    @Test
    @Requires({Capability.UNIX_ADDRESSES, Capability.MESSAGES})
    void c128_connectToASocketOfAnotherTypeThrowsSocketExceptionAndClosesTheChannel() throws IOException {
        ServerSocketChannel stream = closing(ServerSocketChannel.open(StandardProtocolFamily.UNIX)).bind(freeAddress());
        for (SocketChannel channel : new SocketChannel[] {socket(), nonBlockingSocket()}) {
            assertThrows(SocketException.class, () -> channel.connect(stream.getLocalAddress()));
            assertIsClosed(channel);
        }
    }

    @Test
    void c28_aNonBlockingConnectEndsInAConnectionByConnectAloneOrByFinishConnect() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel channel = nonBlockingSocket();
        connectByPolling(channel, server.getLocalAddress());
        assertIsConnected(channel);
        assertTrue(closing(server.accept()).isConnected());
    }

    @Test
    void c29_aNonBlockingConnectWhereNobodyListensFailsWithConnectExceptionAndTheChannelIsClosed() throws IOException {
        SocketChannel channel = nonBlockingSocket();
        SocketAddress nobody = provider.refusingAddress(folder);
        assertThrows(ConnectException.class, () -> connectByPolling(channel, nobody));
        assertIsClosed(channel);
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c30_aNonBlockingConnectToAFullBacklogReturnsFalseAndTheConnectionIsPending() throws IOException {
        ServerSocketChannel server = shortBacklogServer();
        SocketChannel channel = fillBacklog(this, server);
        assertIsPending(channel);
        assertEquals(server.getLocalAddress(), channel.getRemoteAddress());
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c31_whilePendingConnectAndBindThrowConnectionPendingAndReadAndWriteNotYetConnected() throws IOException {
        SocketChannel channel = fillBacklog(this, shortBacklogServer());
        SocketAddress other = server().getLocalAddress();
        SocketAddress free = freeAddress();
        assertThrows(ConnectionPendingException.class, () -> channel.connect(other));
        assertThrows(ConnectionPendingException.class, () -> channel.bind(free));
        assertThrows(ConnectionPendingException.class, () -> channel.bind(null));
        assertThrows(NotYetConnectedException.class, () -> channel.read(ByteBuffer.allocate(1)));
        assertThrows(NotYetConnectedException.class, () -> channel.write(ByteBuffer.allocate(1)));
        assertThrows(NotYetConnectedException.class, () -> channel.read(new ByteBuffer[] {ByteBuffer.allocate(1)}));
        assertThrows(NotYetConnectedException.class, () -> channel.write(new ByteBuffer[] {ByteBuffer.allocate(1)}));
        assertIsPending(channel);
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c32_aPendingConnectionBecomesReadyWhenTheListenerHasAccepted() throws Exception {
        ServerSocketChannel server = shortBacklogServer();
        SocketChannel channel = fillBacklog(this, server);
        Selector selector = selector();
        SelectionKey key = register(selector, channel, SelectionKey.OP_CONNECT);
        BackgroundCall<Integer> selection = BackgroundCall.start(selector::select).awaitBlocked();
        closing(server.accept());
        assertEquals(1, selection.result());
        assertEquals(Set.of(key), selector.selectedKeys());
        assertTrue(key.isConnectable());
        assertTrue(channel.finishConnect());
        assertIsConnected(channel);
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c33_whileAConnectionWaitsForRoomASelectionNeitherReturnsNorSpins() throws Exception {
        long timeoutMillis = 60;
        Selector selector = selector();
        register(selector, fillBacklog(this, shortBacklogServer()), SelectionKey.OP_CONNECT);
        assertEquals(0, selector.selectNow());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        assertEquals(0, selector.select(timeoutMillis));
        long elapsed = System.nanoTime() - start;
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        assertTrue(elapsed >= TimeUnit.MILLISECONDS.toNanos(timeoutMillis), "returned after " + elapsed + " ns");
        assertTrue(cpu < elapsed / 2, cpu + " ns of processor time in " + elapsed + " ns");
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c34_finishConnectCalledAgainAndAgainGetsThereWithoutASelector() throws IOException {
        ServerSocketChannel server = shortBacklogServer();
        SocketChannel channel = fillBacklog(this, server);
        for (int i = 0; i < 3; i++) {
            assertFalse(channel.finishConnect());
            assertIsPending(channel);
        }
        closing(server.accept());
        finishByPolling(channel);
        assertIsConnected(channel);
    }

    /** Not for TCP, which asks a full listener again only after a second. */
    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c35_aBlockingConnectWaitsForRoomInTheBacklog() throws Exception {
        ServerSocketChannel server = shortBacklogServer();
        fillBacklog(this, server);
        SocketChannel channel = socket();
        BackgroundCall<Boolean> connect = BackgroundCall.start(() -> channel.connect(server.getLocalAddress())).awaitBlocked();
        assertFalse(channel.isConnected());
        closing(server.accept());
        assertTrue(connect.result());
        assertIsConnected(channel);
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c125_finishConnectInBlockingModeWaitsForAPendingConnection() throws Exception {
        ServerSocketChannel server = shortBacklogServer();
        SocketChannel channel = fillBacklog(this, server);
        channel.configureBlocking(true);
        BackgroundCall<Boolean> finishing = BackgroundCall.start(channel::finishConnect).awaitBlocked();
        assertFalse(channel.isConnected());
        closing(server.accept());
        assertTrue(finishing.result());
        assertIsConnected(channel);
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c126_aCloseOrAnInterruptEndsAFinishConnectThatWaits() throws Exception {
        ServerSocketChannel server = shortBacklogServer();
        SocketChannel closed = fillBacklog(this, server);
        closed.configureBlocking(true);
        BackgroundCall<Boolean> finishing = BackgroundCall.start(closed::finishConnect).awaitBlocked();
        closed.close();
        assertThrowsExactly(AsynchronousCloseException.class, finishing::result);

        SocketChannel interrupted = fillBacklog(this, server);
        interrupted.configureBlocking(true);
        finishing = BackgroundCall.start(interrupted::finishConnect).awaitBlocked();
        finishing.interrupt();
        assertThrowsExactly(ClosedByInterruptException.class, finishing::result);
        assertTrue(finishing.wasInterrupted());
        assertIsClosed(interrupted);
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c36_aPendingConnectionWhoseListenerClosesBecomesReadyAndFinishConnectFails() throws Exception {
        ServerSocketChannel server = shortBacklogServer();
        SocketChannel channel = fillBacklog(this, server);
        Selector selector = selector();
        SelectionKey key = register(selector, channel, SelectionKey.OP_CONNECT);
        BackgroundCall<Integer> selection = BackgroundCall.start(selector::select).awaitBlocked();
        server.close();
        assertEquals(1, selection.result());
        assertNotNull(channel.keyFor(selector));
        assertTrue(key.isConnectable());
        assertThrows(ConnectException.class, channel::finishConnect);
        assertIsClosed(channel);
    }
}
