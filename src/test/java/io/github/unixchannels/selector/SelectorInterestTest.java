// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.SelectingThread;
import io.github.unixchannels.support.SocketKind;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of what a selector waits for, between its waits and during one; none of them waits for the selector. */
@Timeout(120)
class SelectorInterestTest {

    private static final UnixSelectorProvider PROVIDER = UnixSelectorProvider.provider();

    private final FaultySyscalls faulty = new FaultySyscalls();

    private Selector selector() throws IOException {
        return EpollSelector.open(PROVIDER, faulty.syscalls(), SelectorProvider::provider);
    }

    private UnixSocketChannel.Pair pair(SocketType type) throws IOException {
        return NativeSocketChannel.pair(PROVIDER, faulty.syscalls(), faulty.fds(), type);
    }

    @ParameterizedTest
    @EnumSource
    void anInterestWithdrawnDuringAWaitIsNotReported(SocketKind kind, @TempDir Path folder) throws Exception {
        try (Selector selector = kind.provider().openSelector(); ConnectedSockets pair = kind.connect(folder)) {
            SelectionKey key = pair.client().configureBlocking(false).register(selector, OP_READ);
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                key.interestOps(0);
                pair.accepted().write(ByteBuffer.allocate(1));
                assertEquals(0, selecting.result());
            }
            assertEquals(Set.of(), selector.selectedKeys());
            assertWaitsAllItsTime(selector);
            key.interestOps(OP_READ);
            assertEquals(1, selector.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHangUpWithoutInterestIsOneSystemCallAWait(SocketType type) throws Exception {
        try (Selector selector = selector(); UnixSocketChannel.Pair pair = pair(type)) {
            SelectionKey key = pair.first().configureBlocking(false).register(selector, OP_READ);
            pair.second().close();
            assertEquals(1, selector.select());
            key.interestOps(0);
            long before = faulty.count("epollWait");

            assertWaitsAllItsTime(selector);
            assertEquals(before + 1, faulty.count("epollWait"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureOfEpollIsThrownAndTheInterestIsNotLost(SocketType type) throws Exception {
        try (Selector selector = selector(); UnixSocketChannel.Pair pair = pair(type)) {
            pair.first().configureBlocking(false).register(selector, OP_WRITE);
            pair.second().configureBlocking(false).register(selector, OP_WRITE);
            faulty.fail("epollCtl", Errno.ENOSPC, 1);

            IOException thrown = assertThrows(IOException.class, selector::select);
            assertTrue(thrown.getMessage().startsWith("epoll_ctl("), thrown.getMessage());
            assertEquals(2, selector.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureToWaitIsThrownAndTheSelectorGoesOn(SocketType type) throws Exception {
        try (Selector selector = selector(); UnixSocketChannel.Pair pair = pair(type)) {
            pair.first().configureBlocking(false).register(selector, OP_WRITE);
            faulty.fail("epollWait", Errno.ENOMEM, 1);

            IOException thrown = assertThrows(IOException.class, selector::select);
            assertTrue(thrown.getMessage().startsWith("epoll_wait("), thrown.getMessage());
            assertEquals(1, selector.select());
        }
    }

    private static void assertWaitsAllItsTime(Selector selector) throws IOException {
        long start = System.nanoTime();
        assertEquals(0, selector.select(20));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20), "returned early");
    }
}
