// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.FullBacklog;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The kernel refuses a change of what a selector waits for (ENOSPC: too many watches of this user). A selection says so, and a later one
 * has made up for it: no wake-up is lost. Every course below is taken once for each epoll_ctl(2) in it, which fails.
 */
@ExtendWith(NothingLeaks.class)
@Timeout(120)
class EpollCtlFaultTest {

    private static final UnixSelectorProvider PROVIDER = UnixSelectorProvider.provider();

    /** Only a selection that has lost its wake-up waits for so long. */
    private static final long PATIENCE_MILLIS = 20_000;

    private int failures;

    private interface Course {
        void run(Selector selector) throws IOException;
    }

    private static Selector open(FaultySyscalls calls) throws IOException {
        return EpollSelector.open(PROVIDER, calls.syscalls(), SelectorProvider::provider);
    }

    private void assertLosesNothing(Course course) throws IOException {
        FaultySyscalls whole = new FaultySyscalls();
        try (Selector selector = open(whole)) {
            course.run(selector);
        }
        assertEquals(0, failures);
        int told = 0;
        long count = whole.count("epollCtl");
        for (int failing = 1; failing < count; failing++) { // the first is part of opening the selector, which fails with it
            FaultySyscalls calls = new FaultySyscalls();
            for (int i = 0; i < failing; i++) {
                calls.next("epollCtl", (real, arguments) -> real.with(arguments));
            }
            calls.fail("epollCtl", Errno.ENOSPC, 1);
            failures = 0;
            try (Selector selector = open(calls)) {
                course.run(selector);
            }
            assertTrue(failures <= 1, () -> failures + " failures");
            told += failures;
        }
        assertTrue(told > 0);
    }

    /** Selects until something is ready, and not in vain. */
    private void select(Selector selector, SelectionKey key, int ops) throws IOException {
        for (;;) {
            try {
                if (selector.select(PATIENCE_MILLIS) > 0) {
                    break;
                }
                throw new AssertionError("a wake-up was lost");
            } catch (IOException e) {
                failures++;
                assertTrue(e.getMessage().contains("ENOSPC"), e::getMessage);
            }
        }
        assertEquals(Set.of(key), selector.selectedKeys());
        assertEquals(ops, key.readyOps());
        selector.selectedKeys().clear();
    }

    @Test
    void registeringAndChangesOfInterest() throws IOException {
        assertLosesNothing(selector -> {
            try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                    UnixDatagramChannel datagrams = UnixDatagramChannel.open()) {
                pair.second().write(ByteBuffer.allocate(1));
                pair.first().configureBlocking(false);
                SelectionKey key = pair.first().register(selector, OP_READ);
                select(selector, key, OP_READ);
                key.interestOps(OP_WRITE);
                select(selector, key, OP_WRITE);
                key.interestOps(0);
                datagrams.configureBlocking(false);
                SelectionKey other = datagrams.register(selector, OP_WRITE);
                select(selector, other, OP_WRITE);
                other.interestOps(OP_READ);
                key.interestOps(OP_READ | OP_WRITE);
                select(selector, key, OP_READ | OP_WRITE);
            }
        });
    }

    @Test
    void aChannelThatWaitsForABacklog() throws IOException {
        assertLosesNothing(selector -> {
            try (FullBacklog backlog = new FullBacklog(SocketType.STREAM, new FaultySyscalls())) {
                UnixSocketChannel late = backlog.openChannel();
                SelectionKey key = late.register(selector, OP_CONNECT);
                select(selector, key, OP_CONNECT); // an unconnected socket hangs up
                assertFalse(backlog.connect(late));
                SelectionKey pending = backlog.pending().register(selector, OP_CONNECT);
                key.interestOps(0);
                backlog.accept();
                select(selector, pending, OP_CONNECT);
                assertTrue(backlog.pending().finishConnect());
                pending.interestOps(0);
                backlog.accept();
                key.interestOps(OP_CONNECT);
                select(selector, key, OP_CONNECT);
                assertTrue(late.finishConnect());
            }
        });
    }

    @Test
    void aChannelThatWaitsForRoomAtAReceiver() throws IOException {
        assertLosesNothing(selector -> {
            try (UnixDatagramChannel receiver = UnixDatagramChannel.open();
                    UnixDatagramChannel sender = UnixDatagramChannel.open()) {
                receiver.bind(AbstractSocketAddress.AUTOBIND);
                sender.configureBlocking(false);
                SelectionKey key = sender.register(selector, OP_WRITE);
                select(selector, key, OP_WRITE);
                while (sender.send(ByteBuffer.allocate(1), receiver.getLocalAddress()) > 0) {
                    // until there is no room
                }
                select(selector, key, OP_WRITE); // after a while, to try again
                assertEquals(0, sender.send(ByteBuffer.allocate(1), receiver.getLocalAddress()));
                receiver.receive(ByteBuffer.allocate(1));
                select(selector, key, OP_WRITE);
                assertEquals(1, sender.send(ByteBuffer.allocate(1), receiver.getLocalAddress()));
            }
        });
    }

    @Test
    void aChannelThatKeepsBytes() throws IOException {
        assertLosesNothing(selector -> {
            try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
                pair.first().configureBlocking(false);
                pair.second().write(ByteBuffer.allocate(10));
                assertEquals(4, pair.first().read(ByteBuffer.allocate(4)));
                SelectionKey key = pair.first().register(selector, OP_READ);
                select(selector, key, OP_READ);
                assertEquals(6, pair.first().read(ByteBuffer.allocate(10)));
                pair.second().write(ByteBuffer.allocate(1));
                select(selector, key, OP_READ);
            }
        });
    }

    @Test
    void aChannelOfTheJavaPlatform() throws IOException {
        assertLosesNothing(selector -> {
            try (DatagramChannel channel = DatagramChannel.open()) {
                channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                channel.configureBlocking(false);
                SelectionKey key = channel.register(selector, OP_READ);
                channel.send(ByteBuffer.allocate(1), channel.getLocalAddress());
                select(selector, key, OP_READ);
            }
        });
    }

    /** Nothing could end the shortage, if what was cancelled stayed. */
    @Test
    void whatIsCancelledIsDroppedWhileTheKernelRefuses() throws IOException {
        FaultySyscalls calls = new FaultySyscalls();
        try (Selector selector = open(calls);
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            pair.first().configureBlocking(false);
            pair.second().configureBlocking(false);
            SelectionKey first = pair.first().register(selector, OP_READ);
            selector.selectNow();
            SelectionKey second = pair.second().register(selector, OP_WRITE);
            first.cancel();
            calls.next("epollCtl", (real, arguments) -> real.with(arguments)); // the deletion
            calls.fail("epollCtl", Errno.ENOSPC, 1);

            assertThrows(IOException.class, selector::selectNow);

            assertEquals(Set.of(second), selector.keys());
            assertEquals(1, selector.selectNow());
        }
    }
}
