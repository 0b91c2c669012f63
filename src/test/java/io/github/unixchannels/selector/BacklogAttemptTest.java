// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.FullBacklog;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.SelectingThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a selector tries again to connect the channels that wait for room in a backlog, and when not. */
@Timeout(120)
class BacklogAttemptTest {

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
    void otherKeysAreSelectedMeanwhile(SocketType type) throws Exception {
        open(type);
        pending.register(selector, OP_CONNECT);
        SelectionKey otherKey = backlog.first().register(selector, OP_READ);
        backlog.accept().write(ByteBuffer.allocate(1)); // which makes room
        while (!selector.selectedKeys().contains(otherKey)) {
            assertTrue(selector.select() > 0);
        }
        assertTrue(otherKey.isReadable());
    }

    @ParameterizedTest
    @EnumSource
    void theWaitIsOneSystemCallAnAttemptAndTheAttemptsAreFarApart(SocketType type) throws Exception {
        open(type);
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
    void withoutInterestNoAttemptIsMade(SocketType type) throws Exception {
        open(type);
        SelectionKey key = pending.register(selector, 0);
        long connects = calls.count("connect");
        assertEquals(0, selector.select(30));
        assertEquals(connects, calls.count("connect"));

        backlog.accept();
        assertEquals(0, selector.selectNow());
        key.interestOps(OP_CONNECT);
        assertEquals(1, selector.select());
        assertTrue(key.isConnectable());
    }

    @ParameterizedTest
    @EnumSource
    void theAttemptsEndWithTheInterestAndBeginAgainWithIt(SocketType type) throws Exception {
        open(type);
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
        backlog.accept();
        assertEquals(1, selector.select());
        assertTrue(key.isConnectable());
    }

    @ParameterizedTest
    @EnumSource
    void theAttemptsEndWithTheKeyAndTheChannelCanStillConnect(SocketType type) throws Exception {
        open(type);
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
        backlog.accept();
        assertTrue(pending.finishConnect());
    }

    @ParameterizedTest
    @EnumSource
    void aPendingChannelClosedDuringAWaitEndsItAndIsReleased(SocketType type) throws Exception {
        open(type);
        SelectionKey key = pending.register(selector, OP_CONNECT);
        int before = OpenDescriptors.count();
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            pending.close();
            assertFalse(key.isValid());
            assertEquals(0, selecting.result());
        }
        assertEquals(before - 1, OpenDescriptors.count());
    }

    @ParameterizedTest
    @EnumSource
    void aChannelThatBeginsToConnectAfterItWasRegisteredWaitsToo(SocketType type) throws Exception {
        open(type);
        UnixSocketChannel late = backlog.openChannel();
        SelectionKey key = late.register(selector, OP_CONNECT);
        assertEquals(1, selector.select(), "an unconnected socket hangs up");
        selector.selectedKeys().clear();

        assertFalse(backlog.connect(late));
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            backlog.accept();
            assertEquals(1, selecting.result());
        }
        assertTrue(key.isConnectable());
        assertTrue(late.finishConnect());
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionFinishedByAnotherThreadDuringAWaitIsSelectedFromThenOn(SocketType type) throws Exception {
        open(type);
        SelectionKey key = pending.register(selector, OP_READ);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            backlog.accept();
            backlog.accept(); // those who were first
            await().until(pending::finishConnect);
            selecting.assertNotReturned();
            backlog.accept().write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
        }
        assertTrue(key.isReadable());
    }

    @ParameterizedTest
    @EnumSource
    void twoSelectorsReportTheConnection(SocketType type) throws Exception {
        open(type);
        try (Selector second = EpollSelector.open(PROVIDER, calls.syscalls(), SelectorProvider::provider)) {
            pending.register(selector, OP_CONNECT);
            pending.register(second, OP_CONNECT);
            try (SelectingThread<Integer> first = SelectingThread.start(selector::select);
                    SelectingThread<Integer> other = SelectingThread.start(second::select)) {
                backlog.accept();
                assertEquals(1, first.result());
                assertEquals(1, other.result());
            }
        }
    }
}
