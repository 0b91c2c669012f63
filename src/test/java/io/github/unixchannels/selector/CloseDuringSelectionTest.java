// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.SelectingThread;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A channel that another thread closes ends the selection in progress, once, with no need of an answer by its peer; and gives its
 * descriptor back in that selection.
 */
@ExtendWith(NothingLeaks.class)
@Timeout(120)
class CloseDuringSelectionTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int ROUNDS = 50;

    /** The closing thread and the selecting one cancel the same two keys of a channel of the platform: more often, so that they meet. */
    private static final int ROUNDS_OF_THE_PLATFORM = 1_000;

    private final Deque<Closeable> others = new ArrayDeque<>();
    private Selector selector;

    private enum Kind {
        STREAM,
        SEQPACKET,
        DGRAM,
        SERVER,
        SHARED,
        TCP,
        TCP_SERVER,
        UDP,
        PLATFORM_UNIX,
        PIPE_SOURCE
    }

    @BeforeEach
    void open() throws IOException {
        selector = UnixSelectorProvider.provider().openSelector();
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        for (Closeable other : others) {
            other.close();
        }
    }

    private <T extends Closeable> T with(T other) {
        others.push(other);
        return other;
    }

    private SelectionKey register(SelectableChannel channel) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, channel.validOps() & (OP_READ | OP_ACCEPT));
    }

    private SelectableChannel open(Kind kind) throws IOException {
        return switch (kind) {
            case STREAM -> pair(UnixProtocolFamily.STREAM);
            case SEQPACKET -> pair(UnixProtocolFamily.SEQPACKET);
            case DGRAM -> UnixDatagramChannel.open().bind(null);
            case SERVER -> UnixServerSocketChannel.open(UnixProtocolFamily.STREAM).bind(null);
            case SHARED -> {
                UnixSocketChannel channel = pair(UnixProtocolFamily.STREAM);
                OwnedFd duplicate = OwnedFd.duplicateOf(channel);
                others.push(duplicate::close);
                yield channel;
            }
            case TCP -> SocketChannel.open(with(ServerSocketChannel.open().bind(ANY_PORT)).getLocalAddress());
            case TCP_SERVER -> ServerSocketChannel.open().bind(ANY_PORT);
            case UDP -> DatagramChannel.open().bind(ANY_PORT);
            case PLATFORM_UNIX -> {
                ServerSocketChannel server = with(ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(null));
                SocketChannel channel = SocketChannel.open(server.getLocalAddress());
                java.nio.file.Files.delete(((java.net.UnixDomainSocketAddress) server.getLocalAddress()).getPath());
                yield channel;
            }
            case PIPE_SOURCE -> {
                Pipe pipe = Pipe.open();
                with(pipe.sink());
                yield pipe.source();
            }
        };
    }

    private UnixSocketChannel pair(UnixProtocolFamily family) throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        with(pair.second());
        return pair.first();
    }

    @ParameterizedTest
    @EnumSource
    void itEndsTheSelectionOnceAndGivesTheDescriptorBack(Kind kind) throws Exception {
        register(open(kind)).channel().close();
        selector.selectNow();
        int rounds = kind == Kind.UDP ? ROUNDS_OF_THE_PLATFORM : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            SelectableChannel channel = open(kind);
            SelectionKey key = register(channel);
            int before = OpenDescriptors.count();
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                channel.close();
                assertEquals(0, selecting.result());
            }
            assertFalse(key.isValid());
            assertEquals(Set.of(), selector.selectedKeys());
            assertEquals(Set.of(), selector.keys());
            int pipe = kind == Kind.PIPE_SOURCE ? 0 : 1; // which OpenDescriptors does not count
            assertEquals(before - pipe, OpenDescriptors.count());
        }
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            selecting.assertNotReturned();
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closedBeforeTheSelectionItDoesNotEndIt(Kind kind) throws Exception {
        SelectableChannel channel = open(kind);
        register(channel);
        selector.selectNow();
        channel.close();
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            assertEquals(Set.of(), selector.keys());
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
    }

    @Test
    void aKeyWithoutInterestIsDroppedToo() throws Exception {
        UnixSocketChannel channel = pair(UnixProtocolFamily.STREAM);
        register(channel).interestOps(0);
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            channel.close();
            assertEquals(0, selecting.result());
        }
        assertEquals(Set.of(), selector.keys());
    }

    /** The sink's reader would wait for the end until the next selection. */
    @Test
    void theReaderOfAPipeReadsTheEndWhenTheRegisteredSinkIsClosed() throws Exception {
        Pipe pipe = UnixSelectorProvider.provider().openPipe();
        try (Pipe.SourceChannel source = pipe.source()) {
            Pipe.SinkChannel sink = pipe.sink();
            while (sink.configureBlocking(false) == sink && sink.write(ByteBuffer.allocate(4096)) > 0) {
                // until it is full
            }
            sink.register(selector, OP_WRITE);
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                sink.close();
                assertEquals(0, selecting.result());
            }
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            int n = source.read(buffer);
            while (n > 0) {
                n = source.read(buffer.clear());
            }
            assertEquals(-1, n);
        }
    }

    @Test
    void whatIsReadyMeanwhileIsReported() throws Exception {
        UnixSocketChannel closed = pair(UnixProtocolFamily.STREAM);
        register(closed);
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            SelectionKey key = register(pair.first());
            try (SelectingThread<Integer> selecting = SelectingThread.start(() -> {
                int updated = selector.select();
                return updated > 0 ? updated : selector.select();
            })) {
                selecting.awaitAsleep();
                closed.close();
                pair.second().write(ByteBuffer.allocate(1));
                assertEquals(1, selecting.result());
            }
            assertEquals(Set.of(key), selector.selectedKeys());
            assertTrue(key.isReadable());
        }
    }
}
