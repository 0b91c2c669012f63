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

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.channel.NativeServerSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.channel.SocketType;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.SelectingThread;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    private final List<UnixSocketChannel> queued = new ArrayList<>();
    private Selector selector;
    private NativeServerSocketChannel server;
    private UnixSocketChannel pending;

    @BeforeEach
    void openSelector() throws IOException {
        selector = EpollSelector.open(PROVIDER, calls.syscalls());
    }

    @AfterEach
    void closeAll() throws IOException {
        selector.close();
        for (UnixSocketChannel channel : queued) {
            channel.close();
        }
        pending.close();
        server.close();
    }

    /** Fills a backlog, and begins to connect one more. */
    private void connectOneTooMany(SocketType type) throws IOException {
        server = NativeServerSocketChannel.open(PROVIDER, calls.syscalls(), type);
        server.bind(AbstractSocketAddress.AUTOBIND, 1);
        server.configureBlocking(false);
        for (;;) {
            UnixSocketChannel channel = NativeSocketChannel.open(PROVIDER, calls.syscalls(), type);
            channel.configureBlocking(false);
            if (!channel.connect(server.getLocalAddress())) {
                pending = channel;
                assertTrue(pending.isConnectionPending());
                return;
            }
            queued.add(channel);
        }
    }

    private UnixSocketChannel accept() throws IOException {
        UnixSocketChannel accepted = server.accept();
        queued.add(accepted);
        return accepted;
    }

    @ParameterizedTest
    @EnumSource
    void aSelectorWaitsAndReportsTheConnectionOnceThereIsRoom(SocketType type) throws Exception {
        connectOneTooMany(type);
        SelectionKey key = pending.register(selector, OP_CONNECT);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            accept();
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
        connectOneTooMany(type);
        pending.register(selector, OP_CONNECT);
        try (SelectingThread<Integer> selecting = SelectingThread.start(
                () -> selector.select(key -> assertTrue(key.isConnectable())))) {
            selecting.awaitAsleep();
            accept();
            assertEquals(1, selecting.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWaitIsOneSystemCallAnAttemptAndTheAttemptsAreFarApart(SocketType type) throws Exception {
        connectOneTooMany(type);
        pending.register(selector, OP_CONNECT);
        long connectsBefore = calls.count("connect");
        long start = System.nanoTime();
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            await().atMost(60, TimeUnit.SECONDS).until(() -> calls.count("connect") >= connectsBefore + 20);
            assertFalse(selecting.isDone(), "what the selector does for itself does not show");
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
        long attempts = calls.count("connect") - connectsBefore;
        long elapsed = System.nanoTime() - start;

        long leastNanos = 0;
        Backoff backoff = new Backoff();
        for (int i = 0; i < attempts; i++) {
            leastNanos += backoff.nextNanos();
        }
        assertTrue(elapsed >= leastNanos, attempts + " attempts in " + elapsed + " ns");
        assertTrue(calls.count("epollWait") <= attempts + 2, calls.count("epollWait") + " waits for " + attempts + " attempts");
    }

    @ParameterizedTest
    @EnumSource
    void aWaitWithATimeNeitherEndsBeforeItNorReturnsAnything(SocketType type) throws Exception {
        connectOneTooMany(type);
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
        connectOneTooMany(type);
        pending.register(selector, OP_CONNECT);
        UnixSocketChannel other = queued.get(0);
        SelectionKey otherKey = other.register(selector, OP_READ);
        UnixSocketChannel peer = accept(); // which makes room
        peer.write(ByteBuffer.allocate(1));
        while (!selector.selectedKeys().contains(otherKey)) {
            assertTrue(selector.select() > 0);
        }
        assertTrue(otherKey.isReadable());
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatFailsLaterIsReportedAndFinishConnectSaysWhyAndClosesTheChannel(SocketType type) throws Exception {
        connectOneTooMany(type);
        SelectionKey key = pending.register(selector, OP_CONNECT);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            server.close();
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
    void withoutInterestNoAttemptIsMade(SocketType type) throws Exception {
        connectOneTooMany(type);
        SelectionKey key = pending.register(selector, 0);
        long connects = calls.count("connect");
        assertEquals(0, selector.select(30));
        assertEquals(connects, calls.count("connect"));

        accept();
        assertEquals(0, selector.selectNow());
        key.interestOps(OP_CONNECT);
        assertEquals(1, selector.select());
        assertTrue(key.isConnectable());
    }

    @ParameterizedTest
    @EnumSource
    void theAttemptsEndWithTheInterestAndBeginAgainWithIt(SocketType type) throws Exception {
        connectOneTooMany(type);
        SelectionKey key = pending.register(selector, OP_CONNECT);
        assertEquals(0, selector.select(5));
        key.interestOps(0);
        assertEquals(0, selector.selectNow());

        long connects = calls.count("connect");
        long waits = calls.count("epollWait");
        assertEquals(0, selector.select(50));
        assertEquals(connects, calls.count("connect"));
        assertEquals(waits + 1, calls.count("epollWait"));

        key.interestOps(OP_CONNECT);
        accept();
        assertEquals(1, selector.select());
        assertTrue(key.isConnectable());
    }

    @ParameterizedTest
    @EnumSource
    void theAttemptsEndWithTheKeyAndTheChannelCanStillConnect(SocketType type) throws Exception {
        connectOneTooMany(type);
        SelectionKey key = pending.register(selector, OP_CONNECT);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            key.cancel();
            selecting.assertNotReturned();
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
        assertEquals(Set.of(), selector.keys());
        long connects = calls.count("connect");
        assertEquals(0, selector.select(30));
        assertEquals(connects, calls.count("connect"));

        assertFalse(pending.finishConnect());
        accept();
        assertTrue(pending.finishConnect());
    }

    @ParameterizedTest
    @EnumSource
    void aPendingChannelClosedDuringAWaitDoesNotEndItAndIsReleased(SocketType type) throws Exception {
        connectOneTooMany(type);
        SelectionKey key = pending.register(selector, OP_CONNECT);
        int before = OpenDescriptors.count();
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            pending.close();
            assertFalse(key.isValid());
            selecting.assertNotReturned();
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
        assertEquals(before - 1, OpenDescriptors.count());
    }

    @ParameterizedTest
    @EnumSource
    void aChannelThatBeginsToConnectAfterItWasRegisteredWaitsToo(SocketType type) throws Exception {
        connectOneTooMany(type);
        UnixSocketChannel late = NativeSocketChannel.open(PROVIDER, calls.syscalls(), type);
        queued.add(late);
        SelectionKey key = late.configureBlocking(false).register(selector, OP_CONNECT);
        assertEquals(1, selector.select(), "an unconnected socket hangs up");
        selector.selectedKeys().clear();

        assertFalse(late.connect(server.getLocalAddress()));
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            accept();
            assertEquals(1, selecting.result());
        }
        assertTrue(key.isConnectable());
        assertTrue(late.finishConnect());
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionFinishedByAnotherThreadDuringAWaitIsSelectedFromThenOn(SocketType type) throws Exception {
        connectOneTooMany(type);
        SelectionKey key = pending.register(selector, OP_READ);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            accept();
            accept(); // those who were first
            await().until(pending::finishConnect);
            selecting.assertNotReturned();
            accept().write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
        }
        assertTrue(key.isReadable());
    }

    @ParameterizedTest
    @EnumSource
    void twoSelectorsReportTheConnection(SocketType type) throws Exception {
        connectOneTooMany(type);
        try (Selector second = EpollSelector.open(PROVIDER, calls.syscalls())) {
            pending.register(selector, OP_CONNECT);
            pending.register(second, OP_CONNECT);
            try (SelectingThread<Integer> first = SelectingThread.start(selector::select);
                    SelectingThread<Integer> other = SelectingThread.start(second::select)) {
                accept();
                assertEquals(1, first.result());
                assertEquals(1, other.result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void finishConnectGetsThereByPolling(SocketType type) throws Exception {
        connectOneTooMany(type);
        assertFalse(pending.finishConnect());
        assertFalse(pending.finishConnect());
        accept();
        assertTrue(pending.finishConnect());
        assertTrue(pending.finishConnect());
        assertFalse(pending.isConnectionPending());
    }

    @ParameterizedTest
    @EnumSource
    void finishConnectOfABlockingChannelWaitsForRoom(SocketType type) throws Exception {
        connectOneTooMany(type);
        pending.configureBlocking(true);
        long connects = calls.count("connect");
        try (SelectingThread<Boolean> finishing = SelectingThread.start(pending::finishConnect)) {
            await().until(() -> calls.count("connect") > connects + 2);
            assertFalse(finishing.isDone());
            accept();
            assertTrue(finishing.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingABlockingChannelEndsItsFinishConnect(SocketType type) throws Exception {
        connectOneTooMany(type);
        pending.configureBlocking(true);
        long connects = calls.count("connect");
        try (SelectingThread<Boolean> finishing = SelectingThread.start(pending::finishConnect)) {
            await().until(() -> calls.count("connect") > connects + 2);
            pending.close();
            assertThrows(AsynchronousCloseException.class, finishing::result);
        }
    }
}
