// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static io.github.unixchannels.support.BackgroundCall.soon;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.FullBacklog;
import io.github.unixchannels.support.NothingLeaks;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ref.WeakReference;
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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a selector remembers of a channel ends with the registration: the channel and the key's attachment can be collected while the
 * selector lives on. In the selector are two more channels that are ready in every selection, as in a busy loop.
 */
@ExtendWith(NothingLeaks.class)
@Timeout(120)
class SelectorReachabilityTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int LIVES = 20;

    private final Deque<Closeable> others = new ArrayDeque<>();
    private final List<WeakReference<Object>> ended = new ArrayList<>();
    private Selector selector;

    private enum Kind {
        STREAM,
        SEQPACKET,
        DGRAM,
        SERVER,
        TCP,
        TCP_SERVER,
        UDP,
        PLATFORM_UNIX,
        PIPE_SOURCE,
        PIPE_SINK
    }

    private enum Life {
        CANCELLED,
        CLOSED,
        CLOSED_AFTER_A_CHANGE_OF_INTEREST,
        SELECTED_AND_CANCELLED,
        SELECTED_AND_CLOSED,
        GIVEN_TO_AN_ACTION_THAT_THROWS
    }

    @BeforeEach
    void open() throws IOException {
        selector = UnixSelectorProvider.provider().openSelector();
        register(with(DatagramChannel.open()), OP_WRITE, null);
        register(with(UnixDatagramChannel.open()), OP_WRITE, null);
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

    private SelectionKey register(SelectableChannel channel, int ops, Object attachment) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, ops, attachment);
    }

    private SelectableChannel open(Kind kind) throws IOException {
        return switch (kind) {
            case STREAM -> pair(UnixProtocolFamily.STREAM);
            case SEQPACKET -> pair(UnixProtocolFamily.SEQPACKET);
            case DGRAM -> UnixDatagramChannel.open();
            case SERVER -> UnixServerSocketChannel.open(UnixProtocolFamily.STREAM).bind(null);
            case TCP -> SocketChannel.open(with(ServerSocketChannel.open().bind(ANY_PORT)).getLocalAddress());
            case TCP_SERVER -> ServerSocketChannel.open().bind(ANY_PORT);
            case UDP -> DatagramChannel.open();
            case PLATFORM_UNIX -> SocketChannel.open(StandardProtocolFamily.UNIX);
            case PIPE_SOURCE -> {
                Pipe pipe = Pipe.open();
                with(pipe.sink());
                yield pipe.source();
            }
            case PIPE_SINK -> {
                Pipe pipe = Pipe.open();
                with(pipe.source());
                yield pipe.sink();
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
    void nothingKeepsAChannelWhoseRegistrationHasEnded(Kind kind) throws IOException {
        for (Life life : Life.values()) {
            live(kind, life);
        }
        selector.selectNow();
        assertEquals(2, selector.keys().size());
        assertCollected();
    }

    private void live(Kind kind, Life life) throws IOException {
        Object attachment = new Object();
        SelectableChannel channel = open(kind);
        try {
            SelectionKey key = register(channel, channel.validOps(), attachment);
            ended.add(new WeakReference<>(channel));
            ended.add(new WeakReference<>(attachment));
            switch (life) {
                case CANCELLED -> key.cancel();
                case CLOSED -> channel.close();
                case CLOSED_AFTER_A_CHANGE_OF_INTEREST -> {
                    selector.selectNow();
                    key.interestOps(0);
                    selector.selectNow();
                    key.interestOps(channel.validOps() & ~OP_CONNECT);
                    selector.selectNow();
                    key.interestOps(channel.validOps());
                }
                case SELECTED_AND_CANCELLED -> {
                    selector.select();
                    key.cancel();
                }
                case SELECTED_AND_CLOSED -> {
                    selector.select();
                    channel.close();
                }
                case GIVEN_TO_AN_ACTION_THAT_THROWS -> {
                    key.interestOps(channel.validOps() & ~OP_CONNECT);
                    assertThrows(IllegalArgumentException.class, () -> selector.select(ready -> {
                        throw new IllegalArgumentException();
                    }));
                }
            }
        } finally {
            channel.close();
        }
        selector.selectNow();
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "false, false"})
    void nothingKeepsAConnectionThatWasWaitedFor(boolean interestChanges, boolean closedBefore) throws IOException {
        ServerSocketChannel server = with(ServerSocketChannel.open().bind(ANY_PORT, LIVES));
        for (int i = 0; i < LIVES; i++) {
            connect(server, interestChanges, closedBefore);
        }
        selector.selectNow();
        assertCollected();
    }

    private void connect(ServerSocketChannel server, boolean interestChanges, boolean closedBefore) throws IOException {
        Object attachment = new Object();
        try (SocketChannel client = SocketChannel.open()) {
            SelectionKey key = register(client, OP_CONNECT, attachment);
            ended.add(new WeakReference<>(client));
            ended.add(new WeakReference<>(attachment));
            client.connect(server.getLocalAddress());
            if (closedBefore) {
                selector.selectNow();
                return;
            }
            while (!selector.selectedKeys().contains(key)) {
                selector.select();
            }
            assertTrue(client.finishConnect());
            if (interestChanges) {
                key.interestOps(OP_READ);
                selector.selectNow();
            }
            server.accept().close();
        }
        selector.selectNow();
    }

    /** A connection whose channel goes on after its registration: the selector holds on to nothing of it either. */
    @Test
    void aConnectedChannelIsNotLookedAtAgainForItsConnection() throws IOException {
        ServerSocketChannel server = with(ServerSocketChannel.open().bind(ANY_PORT, LIVES));
        SocketChannel client = with(SocketChannel.open());
        Object attachment = new Object();
        ended.add(new WeakReference<>(attachment));
        SelectionKey key = register(client, OP_CONNECT, attachment);
        client.connect(server.getLocalAddress());
        while (!selector.selectedKeys().contains(key)) {
            selector.select();
        }
        assertTrue(client.finishConnect());
        key.cancel();
        selector.selectNow();
        key = null;
        attachment = null;
        assertCollected();
    }

    @ParameterizedTest
    @EnumSource
    void nothingKeepsWhatWasRegisteredWithASelectorThatIsClosed(Kind kind) throws IOException {
        for (int i = 0; i < LIVES; i++) {
            Object attachment = new Object();
            SelectableChannel channel = with(open(kind));
            SelectionKey key = register(channel, channel.validOps(), attachment);
            ended.add(new WeakReference<>(key));
            ended.add(new WeakReference<>(attachment));
            switch (i % 4) {
                case 0 -> selector.selectNow();
                case 1 -> key.interestOps(0);
                case 2 -> key.cancel();
                default -> { }
            }
        }
        selector.close();
        assertCollected();
        assertFalse(selector.isOpen()); // and reachable
    }

    @Test
    void nothingKeepsAChannelThatWaitedForABacklog() throws IOException {
        try (FullBacklog backlog = new FullBacklog(SocketType.STREAM, new FaultySyscalls())) {
            for (int i = 0; i < LIVES; i++) {
                waitForBacklog(backlog);
            }
            assertCollected();
        }
    }

    private void waitForBacklog(FullBacklog backlog) throws IOException {
        try (UnixSocketChannel client = UnixSocketChannel.open(UnixProtocolFamily.STREAM)) {
            register(client, OP_CONNECT, null);
            ended.add(new WeakReference<>(client));
            client.connect(backlog.server().getLocalAddress());
            selector.selectNow();
            selector.selectNow();
        }
        selector.selectNow();
    }

    @Test
    void nothingKeepsAChannelThatKeepsBytes() throws IOException {
        for (int i = 0; i < LIVES; i++) {
            keep(i % 2 == 0);
        }
        assertCollected();
    }

    private void keep(boolean selected) throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            register(pair.first(), OP_READ, null);
            ended.add(new WeakReference<>(pair.first()));
            pair.second().write(ByteBuffer.allocate(10));
            assertEquals(4, pair.first().read(ByteBuffer.allocate(4)));
            if (selected) {
                selector.selectNow();
            }
        }
        selector.selectNow();
    }

    private void assertCollected() {
        assertFalse(ended.isEmpty());
        soon().until(() -> {
            System.gc();
            return ended.stream().allMatch(reference -> reference.get() == null);
        });
    }
}
