// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Channels of the Java platform in the selector, beside ours. What holds of each alone is the conformance suite's to show. */
@ExtendWith(NothingLeaks.class)
@Timeout(60)
class PlatformChannelTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private Selector selector;

    @BeforeEach
    void open() throws IOException {
        selector = UnixSelectorProvider.provider().openSelector();
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
    }

    @Test
    void everyKindOfChannelIsReadyInOneSelection() throws IOException {
        try (UnixSocketChannel.Pair unix = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
                ServerSocketChannel server = ServerSocketChannel.open().bind(ANY_PORT);
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                DatagramChannel receiver = DatagramChannel.open().bind(ANY_PORT);
                DatagramChannel sender = DatagramChannel.open()) {
            Pipe pipe = Pipe.open();
            try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
                Set<SelectionKey> keys = new HashSet<>();
                keys.add(register(unix.first(), OP_READ));
                keys.add(register(server, OP_ACCEPT));
                keys.add(register(receiver, OP_READ));
                keys.add(register(source, OP_READ));
                keys.add(register(client, OP_WRITE));
                unix.second().write(ByteBuffer.allocate(1));
                sender.send(ByteBuffer.allocate(1), receiver.getLocalAddress());
                sink.write(ByteBuffer.allocate(1));

                assertEquals(5, selector.select());

                assertEquals(keys, selector.selectedKeys());
                assertEquals(keys, selector.keys());
                List<SelectionKey> given = new ArrayList<>();
                assertEquals(5, selector.select(given::add));
                assertEquals(keys, new HashSet<>(given));
                for (SelectionKey key : keys) {
                    assertEquals(key.interestOps(), key.readyOps());
                    assertEquals(key, key.channel().keyFor(selector));
                }
            }
        }
    }

    @Test
    void aSelectorWithoutThemHasTwoDescriptors() throws IOException {
        int before = OpenDescriptors.count();
        try (Selector another = UnixSelectorProvider.provider().openSelector();
                UnixSocketChannel.Pair unix = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            unix.first().configureBlocking(false);
            unix.first().register(another, OP_WRITE);
            assertEquals(1, another.select());
            assertEquals(before + 4, OpenDescriptors.count());
        }
    }

    @Test
    void aSelectorThatIsClosedLeavesThemUsableWithAnother() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(ANY_PORT);
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                Selector another = UnixSelectorProvider.provider().openSelector();
                Selector platforms = SelectorProvider.provider().openSelector()) {
            SelectionKey key = register(client, OP_WRITE);
            assertEquals(1, selector.select());
            selector.close();

            assertFalse(key.isValid());
            assertFalse(client.isRegistered());
            client.register(another, OP_WRITE);
            assertEquals(1, another.select());
            client.register(platforms, OP_WRITE);
            assertEquals(1, platforms.select());
        }
    }

    @Test
    void aCancelledOneCanBeMadeBlockingAtOnceAndRegistersAgainOnceFlushed() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(ANY_PORT)) {
            SelectionKey key = register(server, OP_ACCEPT);
            assertThrows(java.nio.channels.IllegalBlockingModeException.class, () -> server.configureBlocking(true));
            key.cancel();

            server.configureBlocking(true);
            server.configureBlocking(false);
            assertThrows(java.nio.channels.CancelledKeyException.class, () -> server.register(selector, OP_ACCEPT));
            assertTrue(selector.keys().contains(key));
            selector.selectNow();
            assertFalse(selector.keys().contains(key));
            assertTrue(server.register(selector, OP_ACCEPT).isValid());
        }
    }

    /** Each look at the platform's selector that finds nothing would be another epoll_wait(2), as many as the processor has time for. */
    @Test
    void interestInAConnectionThatIsMadeLetsASelectionSleep() throws IOException {
        FaultySyscalls calls = new FaultySyscalls();
        try (Selector counted = EpollSelector.open(UnixSelectorProvider.provider(), calls.syscalls(), SelectorProvider::provider);
                ServerSocketChannel server = ServerSocketChannel.open().bind(ANY_PORT);
                SocketChannel client = SocketChannel.open()) {
            client.configureBlocking(false);
            client.register(counted, OP_CONNECT);
            client.connect(server.getLocalAddress());
            assertEquals(1, counted.select());
            assertTrue(client.finishConnect());
            counted.selectedKeys().clear();
            long before = calls.count("epollWait");

            assertEquals(0, counted.select(100));

            long waits = calls.count("epollWait") - before;
            assertTrue(waits <= 4, () -> waits + " waits");
        }
    }

    @Test
    void whatIsMissingIsSaidWhenTheFirstIsRegisteredAndLeavesNothingBehind() throws IOException {
        FaultySyscalls faulty = new FaultySyscalls().fail("open", Errno.EMFILE, 1);
        try (Selector faultySelector =
                        EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider);
                DatagramChannel channel = DatagramChannel.open()) {
            channel.configureBlocking(false);

            UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> channel.register(faultySelector, OP_READ));

            assertTrue(e.getMessage().contains("EMFILE"), e.getMessage());
            assertFalse(channel.isRegistered());
            assertNotNull(channel.register(faultySelector, OP_READ));
        }
    }

    @Test
    void aSelectorOfThePlatformThatIsNotFoundIsSaidToBeMissing() throws IOException {
        FaultySyscalls faulty = new FaultySyscalls().fail("getsockname", Errno.EACCES, 10_000);
        int before = OpenDescriptors.count();
        try (Selector faultySelector =
                        EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), SelectorProvider::provider);
                DatagramChannel channel = DatagramChannel.open()) {
            channel.configureBlocking(false);

            UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> channel.register(faultySelector, OP_READ));

            assertTrue(e.getMessage().contains("/proc/self/fdinfo"), e.getMessage());
            assertTrue(faultySelector.keys().isEmpty());
            assertEquals(0, faultySelector.selectNow());
        }
        assertEquals(before, OpenDescriptors.count());
    }

    private SelectionKey register(SelectableChannel channel, int ops) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, ops);
    }
}
