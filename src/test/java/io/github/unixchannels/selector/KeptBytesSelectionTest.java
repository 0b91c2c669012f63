// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.channel.NativeServerSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.SelectingThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rest of a SEQPACKET message whose first part has been read: the kernel does not have it any more, and it is readable. */
@Timeout(120)
class KeptBytesSelectionTest {

    private static final UnixSelectorProvider PROVIDER = UnixSelectorProvider.provider();
    private static final int MESSAGE = 10;
    private static final int PART = 4;

    private final FaultySyscalls calls = new FaultySyscalls();
    private Selector selector;
    private UnixSocketChannel near;
    private UnixSocketChannel far;

    @BeforeEach
    void open() throws IOException {
        selector = EpollSelector.open(PROVIDER, calls.syscalls(), SelectorProvider::provider);
        UnixSocketChannel.Pair pair = NativeSocketChannel.pair(PROVIDER, calls.syscalls(), calls.fds(), SocketType.SEQPACKET);
        near = pair.first();
        near.configureBlocking(false);
        far = pair.second();
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        near.close();
        far.close();
    }

    private void send() throws IOException {
        far.write(ByteBuffer.allocate(MESSAGE));
    }

    private void readPart() throws IOException {
        assertEquals(PART, near.read(ByteBuffer.allocate(PART)));
    }

    private void readRest() throws IOException {
        assertEquals(MESSAGE - PART, near.read(ByteBuffer.allocate(MESSAGE)));
    }

    private void assertWaitsAllItsTime() throws IOException {
        long start = System.nanoTime();
        assertEquals(0, selector.select(20));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20), "returned early");
    }

    @Test
    void whatIsKeptIsReadableUntilItHasBeenRead() throws IOException {
        SelectionKey key = near.register(selector, OP_READ);
        send();
        assertEquals(1, selector.select());
        readPart();
        for (int i = 0; i < 3; i++) {
            selector.selectedKeys().clear();
            assertEquals(1, selector.select());
            assertEquals(OP_READ, key.readyOps());
        }
        readRest();
        selector.selectedKeys().clear();
        assertWaitsAllItsTime();
    }

    @Test
    void whatIsKeptBeforeTheRegistrationIsReadable() throws IOException {
        send();
        readPart();
        near.register(selector, OP_READ);
        assertEquals(1, selector.select());
    }

    @Test
    void everyFormOfSelectionFindsWhatIsKept() throws IOException {
        send();
        readPart();
        near.register(selector, OP_READ);
        assertEquals(1, selector.selectNow(key -> assertEquals(OP_READ, key.readyOps())));
        assertEquals(1, selector.select(key -> assertEquals(OP_READ, key.readyOps())));
        assertEquals(1, selector.select(key -> {}, 1000));
        assertEquals(Set.of(), selector.selectedKeys());
        assertEquals(1, selector.selectNow());
        assertEquals(0, selector.select(1000), "selected already");
    }

    @Test
    void whatIsKeptAndWhatTheKernelReportsAreOneUpdate() throws IOException {
        send();
        readPart();
        SelectionKey key = near.register(selector, OP_READ | OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(OP_READ | OP_WRITE, key.readyOps());

        readRest();
        selector.selectedKeys().clear();
        assertEquals(1, selector.select());
        assertEquals(OP_WRITE, key.readyOps());
    }

    @Test
    void anActionIsCalledOnceForWhatIsKeptAndWhatTheKernelReports() throws IOException {
        send();
        readPart();
        near.register(selector, OP_READ | OP_WRITE);
        List<Integer> ready = new ArrayList<>();

        assertEquals(1, selector.selectNow(key -> ready.add(key.readyOps())));

        assertEquals(List.of(OP_READ | OP_WRITE), ready);
    }

    @Test
    void aSelectedKeyCountsAgainWhenBytesAreKept() throws IOException {
        SelectionKey key = near.register(selector, OP_READ | OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(OP_WRITE, key.readyOps());
        send();
        readPart();
        assertEquals(1, selector.select());
        assertEquals(OP_READ | OP_WRITE, key.readyOps());
        assertEquals(0, selector.select());
    }

    @Test
    void withoutInterestInReadingNothingIsReported() throws IOException {
        SelectionKey key = near.register(selector, 0);
        send();
        readPart();
        assertWaitsAllItsTime();
        key.interestOps(OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(OP_WRITE, key.readyOps());
        selector.selectedKeys().clear();

        key.interestOps(OP_READ);
        assertEquals(1, selector.select());
        assertEquals(OP_READ, key.readyOps());
        selector.selectedKeys().clear();

        key.interestOps(0);
        assertWaitsAllItsTime();
        key.interestOps(OP_READ);
        assertEquals(1, selector.select());
    }

    @Test
    void theNextMessageIsReportedAfterWhatWasKept() throws IOException {
        near.register(selector, OP_READ);
        send();
        send();
        readPart();
        assertEquals(1, selector.select());
        readRest();
        selector.selectedKeys().clear();
        assertEquals(1, selector.select());
        near.read(ByteBuffer.allocate(MESSAGE));
        selector.selectedKeys().clear();
        assertEquals(0, selector.selectNow());
    }

    @Test
    void aCancelledKeyOfAChannelThatKeepsIsForgotten() throws IOException {
        SelectionKey key = near.register(selector, OP_READ);
        send();
        readPart();
        assertEquals(1, selector.select());
        key.cancel();
        assertWaitsAllItsTime();
        near.register(selector, OP_READ);
        assertEquals(1, selector.select());
    }

    /** The message comes and goes between the selector's last look around and its wait. */
    @Test
    void aPartReadByAnotherThreadJustBeforeTheWaitEndsIt() throws Exception {
        SelectionKey key = near.register(selector, OP_READ);
        calls.next("epollWait", (real, arguments) -> {
            send();
            readPart();
            return real.with(arguments);
        });
        assertEquals(1, selector.select());
        assertEquals(OP_READ, key.readyOps());
        assertEquals(2, calls.count("epollWait"));
    }

    /** While the selector arms another channel, and nobody can see yet that it will wait. */
    @Test
    void aPartReadByAnotherThreadWhileOtherChangesAreAppliedEndsTheWaitThatFollows() throws Exception {
        try (UnixServerSocketChannel server =
                        NativeServerSocketChannel.open(PROVIDER, calls.syscalls(), calls.fds(), SocketType.SEQPACKET);
                UnixSocketChannel first = NativeSocketChannel.open(PROVIDER, calls.syscalls(), calls.fds(), SocketType.SEQPACKET);
                UnixSocketChannel second = NativeSocketChannel.open(PROVIDER, calls.syscalls(), calls.fds(), SocketType.SEQPACKET);
                UnixSocketChannel pending = NativeSocketChannel.open(PROVIDER, calls.syscalls(), calls.fds(), SocketType.SEQPACKET)) {
            server.bind(AbstractSocketAddress.AUTOBIND, 1);
            first.connect(server.getLocalAddress());
            second.connect(server.getLocalAddress());
            pending.configureBlocking(false);
            assertFalse(pending.connect(server.getLocalAddress()));
            pending.register(selector, OP_READ);
            SelectionKey key = near.register(selector, OP_READ);
            assertEquals(0, selector.selectNow());
            server.accept().close();
            assertTrue(pending.finishConnect());

            calls.next("epollCtl", (real, arguments) -> {
                send();
                readPart();
                return real.with(arguments);
            });
            assertEquals(1, selector.select());
            assertEquals(Set.of(key), selector.selectedKeys());
        }
    }

    /** Whether the waiting thread sees the message or only what is kept of it, it returns. */
    @Test
    void aPartReadByAnotherThreadDuringTheWaitEndsIt() throws Exception {
        SelectionKey key = near.register(selector, OP_READ);
        for (int round = 0; round < 200; round++) {
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                send();
                readPart();
                assertEquals(1, selecting.result());
            }
            assertEquals(OP_READ, key.readyOps());
            selector.selectedKeys().clear();
            readRest();
        }
    }

    @Test
    void aPartReadDuringTheWaitsOfTwoSelectorsEndsBoth() throws Exception {
        try (Selector second = EpollSelector.open(PROVIDER, calls.syscalls(), SelectorProvider::provider)) {
            near.register(selector, OP_READ);
            near.register(second, OP_READ);
            try (SelectingThread<Integer> first = SelectingThread.start(selector::select);
                    SelectingThread<Integer> other = SelectingThread.start(second::select)) {
                first.awaitAsleep();
                other.awaitAsleep();
                send();
                readPart();
                assertEquals(1, first.result());
                assertEquals(1, other.result());
            }
        }
    }

    @Test
    void whatAnotherThreadReadsToItsEndBeforeItIsReportedEndsNoWait() throws Exception {
        near.register(selector, OP_READ);
        send();
        readPart();
        calls.next("epollWait", (real, arguments) -> {
            readRest();
            return real.with(arguments);
        });
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            assertEquals(2, calls.count("epollWait"));
            send();
            assertEquals(1, selecting.result());
        }
    }

    /** The word that the channel changed wakes the selector, which finds nothing and goes on waiting. */
    @Test
    void aMessageReadInPartsByAnotherThreadBeforeTheWaitBeginsEndsNoWait() throws Exception {
        near.register(selector, OP_READ);
        calls.next("epollWait", (real, arguments) -> {
            send();
            readPart();
            readRest();
            return real.with(arguments);
        });
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
        assertWaitsAllItsTime();
    }
}
