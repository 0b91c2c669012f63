// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.channel.SocketType;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.SelectingThread;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A non-blocking connect to a listener whose backlog is full. A departure from the JDK, which fails it and closes the channel; the kernel
 * has nothing pending then and reports nothing.
 */
@Timeout(120)
class BacklogConnectTest {

    private static final UnixSelectorProvider PROVIDER = UnixSelectorProvider.provider();

    private final FaultySyscalls calls = new FaultySyscalls();
    private Selector selector;
    private FullBacklog backlog;
    private UnixSocketChannel pending;

    private void open(SocketType type) throws IOException {
        selector = EpollSelector.open(PROVIDER, calls.syscalls(), SelectorProvider::provider);
        backlog = new FullBacklog(type, calls);
        pending = backlog.pending();
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        backlog.close();
    }

    @ParameterizedTest
    @EnumSource
    void aSelectorWaitsAndReportsTheConnectionOnceThereIsRoom(SocketType type) throws Exception {
        open(type);
        SelectionKey key = pending.register(selector, OP_CONNECT);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            backlog.accept();
            assertEquals(1, selecting.result());
        }
        assertEquals(Set.of(key), selector.selectedKeys());
        assertTrue(key.isConnectable());
        assertTrue(pending.isConnectionPending());

        assertTrue(pending.finishConnect());
        assertTrue(pending.isConnected());
        key.interestOps(OP_WRITE);
        selector.selectedKeys().clear();
        assertEquals(1, selector.select());
    }

    @ParameterizedTest
    @EnumSource
    void anActionGetsTheConnectionOnceThereIsRoom(SocketType type) throws Exception {
        open(type);
        pending.register(selector, OP_CONNECT);
        try (SelectingThread<Integer> selecting = SelectingThread.start(
                () -> selector.select(key -> assertTrue(key.isConnectable())))) {
            selecting.awaitAsleep();
            backlog.accept();
            assertEquals(1, selecting.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWaitWithATimeNeitherEndsBeforeItNorReturnsAnything(SocketType type) throws Exception {
        open(type);
        pending.register(selector, OP_CONNECT | OP_READ | OP_WRITE);
        long start = System.nanoTime();
        assertEquals(0, selector.select(30));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(30));
        assertEquals(0, selector.selectNow());
        assertEquals(Set.of(), selector.selectedKeys());
    }

    @ParameterizedTest
    @EnumSource
    void otherKeysAreSelectedMeanwhile(SocketType type) throws Exception {
        open(type);
        pending.register(selector, OP_CONNECT);
        UnixSocketChannel other = backlog.first();
        SelectionKey otherKey = other.register(selector, OP_READ);
        UnixSocketChannel peer = backlog.accept(); // which makes room
        peer.write(ByteBuffer.allocate(1));
        while (!selector.selectedKeys().contains(otherKey)) {
            assertTrue(selector.select() > 0);
        }
        assertTrue(otherKey.isReadable());
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatFailsLaterIsReportedAndFinishConnectSaysWhyAndClosesTheChannel(SocketType type) throws Exception {
        open(type);
        SelectionKey key = pending.register(selector, OP_CONNECT);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            backlog.server().close();
            assertEquals(1, selecting.result());
        }
        assertTrue(key.isConnectable());
        assertTrue(pending.isConnectionPending());

        assertThrows(ConnectException.class, pending::finishConnect);
        assertFalse(pending.isOpen());
        assertFalse(key.isValid());
        assertEquals(0, selector.selectNow());
        assertEquals(Set.of(), selector.keys());
    }

    @ParameterizedTest
    @EnumSource
    void finishConnectGetsThereByPolling(SocketType type) throws Exception {
        open(type);
        assertFalse(pending.finishConnect());
        assertFalse(pending.finishConnect());
        backlog.accept();
        assertTrue(pending.finishConnect());
        assertTrue(pending.finishConnect());
        assertFalse(pending.isConnectionPending());
    }

    @ParameterizedTest
    @EnumSource
    void finishConnectOfABlockingChannelWaitsForRoom(SocketType type) throws Exception {
        open(type);
        pending.configureBlocking(true);
        long connects = calls.count("connect");
        try (SelectingThread<Boolean> finishing = SelectingThread.start(pending::finishConnect)) {
            await().until(() -> calls.count("connect") > connects + 2);
            assertFalse(finishing.isDone());
            backlog.accept();
            assertTrue(finishing.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingABlockingChannelEndsItsFinishConnect(SocketType type) throws Exception {
        open(type);
        pending.configureBlocking(true);
        long connects = calls.count("connect");
        try (SelectingThread<Boolean> finishing = SelectingThread.start(pending::finishConnect)) {
            await().until(() -> calls.count("connect") > connects + 2);
            pending.close();
            assertThrows(AsynchronousCloseException.class, finishing::result);
        }
    }
}
