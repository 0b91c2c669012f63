// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What makes a channel ready for which operation. */
@Selection
class ReadinessContract extends ContractTest {

    private static final int CHUNK_BYTES = 4096;

    /** A selection that returns at once without cause may pass for one that waits, once. */
    private static final int WAITS = 10;

    private static final String REPLACED = "on a hang-up its ready set is replaced by its interest";

    @Test
    void c62_aConnectedChannelIsReadyForOpWriteUntilItIsFullAndAgainWhenItHasBeenEmptied() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        pair.accepted().configureBlocking(false);
        SelectionKey key = register(selector, pair.client(), OP_WRITE);
        assertEquals(1, selectAnew(selector));
        assertEquals(OP_WRITE, key.readyOps());
        assertEquals(1, pair.client().write(ByteBuffer.allocate(1)));
        assertEquals(1, selectAnew(selector));

        BackgroundCall.soon().until(() -> {
            fill(pair.client());
            return selectAnew(selector) == 0;
        });
        BackgroundCall.soon().until(() -> {
            drain(pair.accepted());
            return selectAnew(selector) == 1;
        });
        assertEquals(OP_WRITE, key.readyOps());
    }

    @Test
    void c63_bytesToReadMakeAChannelReadyForOpRead() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        assertEquals(0, selector.selectNow());

        pair.accepted().write(ByteBuffer.allocate(5));
        assertEquals(1, selector.select());
        assertEquals(OP_READ, key.readyOps());
        assertEquals(5, pair.client().read(ByteBuffer.allocate(8)));
        assertEquals(0, selectAnew(selector));

        pair.accepted().write(ByteBuffer.allocate(5));
        pair.accepted().close();
        for (int read = 0; read < 5; read++) {
            selector.selectedKeys().clear();
            assertEquals(1, selector.select(), "although the peer has gone");
            assertEquals(OP_READ, key.readyOps());
            assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void c64_theEndOfTheStreamMakesAChannelReadyForOpRead() throws Exception {
        Selector selector = selector();
        Pair halfClosed = pair();
        Pair closed = pair();
        SelectionKey halfClosedKey = register(selector, halfClosed.client(), OP_READ);
        assertEquals(0, selector.selectNow());
        halfClosed.accepted().shutdownOutput();
        assertEndIsReported(selector, halfClosedKey);
        halfClosedKey.cancel();
        assertEquals(0, selectAnew(selector));

        SelectionKey closedKey = register(selector, closed.client(), OP_READ);
        assertEquals(0, selector.selectNow());
        closed.accepted().close();
        assertEndIsReported(selector, closedKey);
    }

    /** Twice: the end does not go away by being read. */
    private static void assertEndIsReported(Selector selector, SelectionKey key) throws IOException {
        for (int time = 1; time <= 2; time++) {
            selector.selectedKeys().clear();
            assertEquals(1, selector.select());
            assertEquals(OP_READ, key.readyOps());
            assertEquals(-1, ((SocketChannel) key.channel()).read(ByteBuffer.allocate(8)));
        }
    }

    @Test
    void c65_shutdownInputMakesAChannelReadyForOpRead() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        assertEquals(0, selector.selectNow());
        pair.client().shutdownInput();
        assertEndIsReported(selector, key);
    }

    @Test
    void c66_aConnectionThatWaitsMakesAServerChannelReadyForOpAcceptUntilItIsAccepted() throws Exception {
        Selector selector = selector();
        ServerSocketChannel server = server();
        SelectionKey key = register(selector, server, OP_ACCEPT);
        assertEquals(0, selector.selectNow());

        socket().connect(server.getLocalAddress());
        for (int time = 1; time <= 2; time++) {
            selector.selectedKeys().clear();
            assertEquals(1, selector.select());
            assertEquals(OP_ACCEPT, key.readyOps());
        }
        SocketChannel accepted = server.accept();
        assertNotNull(accepted);
        closing(accepted);
        assertEquals(0, selectAnew(selector));
        assertNull(server.accept());
    }

    /** Ended in both directions, as every kind of connection can be. */
    @Deviates(
            provider = {"MIXED-TCP", "MIXED-UNIX-STREAM"},
            why = "OP_CONNECT of a connected channel is not passed on, so that it ends no selection")
    @Test
    void c67_aChannelThatIsHungUpIsReadyForAllOfItsInterest() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        pair.client().shutdownOutput();
        pair.accepted().close();
        assertEquals(-1, pair.client().read(ByteBuffer.allocate(1)));

        SelectionKey key = register(selector, pair.client(), OP_READ | OP_WRITE | OP_CONNECT);
        for (int ops : new int[] {OP_READ | OP_WRITE | OP_CONNECT, OP_READ | OP_WRITE, OP_WRITE, OP_CONNECT}) {
            key.interestOps(ops);
            selector.selectedKeys().clear();
            assertEquals(1, selector.select());
            assertEquals(ops, key.readyOps());
        }
    }

    @Test
    @Deviates(provider = "JDK-TCP", why = REPLACED)
    @Deviates(provider = "JDK-UNIX-STREAM", why = REPLACED)
    void c116_aHangUpTakesNothingOutOfTheReadySetOfASelectedKey() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        pair.accepted().write(ByteBuffer.allocate(1));
        assertEquals(1, selector.select());
        pair.client().shutdownOutput();
        pair.accepted().close();
        awaitEnd(pair.client());

        key.interestOps(OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(Set.of(key), selector.selectedKeys());
        assertEquals(OP_READ | OP_WRITE, key.readyOps());
    }

    private static void awaitEnd(SocketChannel channel) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(8);
        while (channel.read(dst.clear()) >= 0) {
            Thread.onSpinWait();
        }
    }

    /** The kernel calls a socket that is neither connected nor listening hung up. */
    @Test
    void c117_aChannelThatIsNeitherConnectedNorBoundIsReadyForAllOfItsInterest() throws Exception {
        Selector selector = selector();
        SocketChannel unconnected = socket();
        for (int ops : new int[] {OP_READ | OP_WRITE | OP_CONNECT, OP_READ, OP_WRITE, OP_CONNECT}) {
            SelectionKey key = register(selector, unconnected, ops);
            selector.selectedKeys().clear();
            assertEquals(1, selector.select());
            assertEquals(ops, key.readyOps());
        }
        SelectionKey unbound = register(selector(), unboundServer(), OP_ACCEPT);
        assertEquals(1, unbound.selector().select());
        assertEquals(OP_ACCEPT, unbound.readyOps());
    }

    @Test
    @Requires(Capability.SOCKET_ADAPTOR)
    void c118_urgentDataDoesNotEndASelection() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        for (int round = 0; round < WAITS; round++) {
            pair.accepted().socket().sendUrgentData(1);
            BackgroundCall<Integer> selecting = BackgroundCall.start(selector::select).awaitBlocked();
            pair.accepted().write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
            assertEquals(OP_READ, key.readyOps());
            assertEquals(1, pair.client().read(ByteBuffer.allocate(8)));
            assertEquals(0, selectAnew(selector));
        }
    }

    @Test
    @Requires(Capability.PENDING_BACKLOG)
    void c119_aPendingConnectionIsReadyForNothingUntilThereIsRoomAndThenForOpConnectAlone() throws Exception {
        Selector selector = selector();
        ServerSocketChannel server = unboundServer().bind(freeAddress(), 1);
        SocketChannel pending = ConnectContract.fillBacklog(this, server);
        SelectionKey key = register(selector, pending, OP_READ | OP_WRITE | OP_CONNECT);
        assertEquals(0, selector.selectNow());
        BackgroundCall<Integer> selecting = BackgroundCall.start(selector::select).awaitBlocked();
        assertEquals(0, key.readyOps());
        closing(server.accept());
        assertEquals(1, selecting.result());
        assertEquals(OP_CONNECT, key.readyOps());
        assertTrue(pending.finishConnect());
        assertEquals(1, selectAnew(selector));
        assertEquals(OP_WRITE, key.readyOps());
    }

    @Test
    @Deviates(provider = "JDK-TCP", why = "OP_CONNECT is POLLOUT, connected or not: selections return 0 at once, again and again")
    @Deviates(provider = "JDK-UNIX-STREAM", why = "OP_CONNECT is POLLOUT, connected or not: selections return 0 at once, again and again")
    void c68_aConnectedChannelWithInterestInOpConnectAloneDoesNotEndASelection() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        Pair other = pair();
        register(selector, pair.client(), OP_CONNECT);
        SelectionKey otherKey = register(selector, other.client(), OP_READ);
        assertEquals(0, selector.selectNow());
        for (int wait = 1; wait <= WAITS; wait++) {
            BackgroundCall<Integer> selecting = BackgroundCall.start(selector::select).awaitBlocked();
            other.accepted().write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
            assertEquals(Set.of(otherKey), selector.selectedKeys());
            selector.selectedKeys().clear();
            assertEquals(1, other.client().read(ByteBuffer.allocate(1)));
        }
    }

    private static int selectAnew(Selector selector) throws IOException {
        selector.selectedKeys().clear();
        return selector.selectNow();
    }

    /** Writes all that fits. Small pieces, so that each may be a message. */
    private static void fill(SocketChannel channel) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        while (channel.write(chunk.clear()) > 0) {
            continue;
        }
    }

    private static void drain(SocketChannel channel) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        while (channel.read(chunk.clear()) > 0) {
            continue;
        }
    }
}
