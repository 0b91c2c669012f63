// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is taken out of a channel lives on as it was, whatever selector knew the channel. */
@ExtendWith(NothingLeaks.class)
class TakeFromTest {

    @TempDir
    Path folder;

    /** The first non-blocking channel has a selector opened, which is kept. */
    @BeforeAll
    static void openWhatIsKept() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            OwnedFd.duplicateOf(channel).close();
        }
    }

    /** Two ends of a connection. */
    record Ends(SocketChannel first, SocketChannel second) {}

    enum Connection {
        PLATFORM_TCP {
            @Override
            Ends open(Path folder) throws IOException {
                try (ServerSocketChannel server = ServerSocketChannel.open()) {
                    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    return new Ends(server.accept(), client);
                }
            }
        },
        PLATFORM_UNIX {
            @Override
            Ends open(Path folder) throws IOException {
                try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    server.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
                    SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    return new Ends(server.accept(), client);
                }
            }
        },
        STREAM {
            @Override
            Ends open(Path folder) throws IOException {
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                return new Ends(pair.first(), pair.second());
            }
        },
        SEQPACKET {
            @Override
            Ends open(Path folder) throws IOException {
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
                return new Ends(pair.first(), pair.second());
            }
        },
        RECEIVED_TCP {
            @Override
            Ends open(Path folder) throws IOException {
                Ends ends = PLATFORM_TCP.open(folder);
                return new Ends(OwnedFd.takeFrom(ends.first).toSocketChannel(), ends.second);
            }
        };

        abstract Ends open(Path folder) throws IOException;

        boolean isOurs() {
            return this != PLATFORM_TCP && this != PLATFORM_UNIX;
        }
    }

    enum Selection {
        NONE,
        OURS,
        PLATFORM;

        Selector open() throws IOException {
            return this == PLATFORM ? Selector.open() : UnixSelectorProvider.provider().openSelector();
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(Connection.values()).flatMap(connection -> Stream.of(Selection.values())
                .filter(selection -> selection != Selection.PLATFORM || !connection.isOurs())
                .map(selection -> arguments(connection, selection)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aConnectionLivesOn(Connection connection, Selection selection) throws IOException {
        Ends ends = connection.open(folder);
        try (SocketChannel peer = ends.second; Selector selector = selection.open()) {
            if (selection != Selection.NONE) {
                ends.first.configureBlocking(false).register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                assertEquals(1, selector.selectNow());
            }
            OwnedFd taken = OwnedFd.takeFrom(ends.first);
            assertFalse(ends.first.isOpen());
            try (SocketChannel channel = taken.toSocketChannel()) {
                assertExchange(channel, peer);
                assertEquals(0, selector.selectNow());
                assertTrue(selector.keys().isEmpty());
                assertExchange(channel, peer);
            }
            assertEquals(-1, peer.read(ByteBuffer.allocate(1)));
        }
    }

    private static void assertExchange(SocketChannel one, SocketChannel other) throws IOException {
        assertByte(one, other, 1);
        assertByte(other, one, 2);
    }

    private static void assertByte(SocketChannel from, SocketChannel to, int value) throws IOException {
        assertEquals(1, from.write(ByteBuffer.wrap(new byte[] {(byte) value})));
        ByteBuffer read = ByteBuffer.allocate(1);
        assertEquals(1, to.read(read));
        assertEquals(value, read.get(0));
    }

    @ParameterizedTest
    @EnumSource
    void lingerIsAsItWas(Connection connection) throws IOException {
        for (int seconds : new int[] {-1, 0, 7}) {
            Ends ends = connection.open(Files.createTempDirectory(folder, "d"));
            try (SocketChannel peer = ends.second; Selector selector = UnixSelectorProvider.provider().openSelector()) {
                assertTrue(peer.isOpen());
                ends.first.setOption(StandardSocketOptions.SO_LINGER, seconds);
                ends.first.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                selector.selectNow();
                try (SocketChannel channel = OwnedFd.takeFrom(ends.first).toSocketChannel()) {
                    assertEquals(seconds, channel.getOption(StandardSocketOptions.SO_LINGER));
                    assertExchange(channel, peer);
                }
            }
        }
    }

    /** The loop of a server that passes on what it accepted, from the platform's connection to the receiver's channel. */
    @Test
    void aConnectionIsHandedOverFromALoop() throws IOException {
        UnixSocketChannel.Pair worker = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
        Ends ends = Connection.PLATFORM_TCP.open(folder);
        try (UnixSocketChannel front = worker.first();
                UnixSocketChannel back = worker.second();
                SocketChannel client = ends.second;
                Selector selector = UnixSelectorProvider.provider().openSelector();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            SelectionKey key = ends.first.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            client.write(ByteBuffer.wrap(new byte[] {5}));
            assertEquals(1, selector.select());
            try (OwnedFd connection = OwnedFd.takeFrom(ends.first)) {
                front.send(ByteBuffer.wrap(new byte[1]), sent.descriptor(connection));
            }
            assertFalse(key.isValid());
            back.receive(ByteBuffer.allocate(1), received);
            try (SocketChannel channel = received.takeDescriptor().toSocketChannel()) {
                ByteBuffer read = ByteBuffer.allocate(2);
                assertEquals(1, channel.read(read));
                assertEquals(5, read.get(0));
                selector.selectNow();
                assertExchange(channel, client);
            }
        }
    }

    @Test
    void whatIsNoConnectionIsTakenToo() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink()) {
            pipe.source().configureBlocking(false);
            try (Pipe.SourceChannel source = OwnedFd.takeFrom(pipe.source()).toPipeSource()) {
                sink.write(ByteBuffer.wrap(new byte[] {3}));
                assertEquals(1, source.read(ByteBuffer.allocate(2)));
            }
        }
        Path file = Files.write(folder.resolve("x"), new byte[] {1, 2});
        try (FileChannel channel = OwnedFd.takeFrom(FileChannel.open(file)).toFileChannel()) {
            assertEquals(2, channel.size());
        }
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (ServerSocketChannel taken = OwnedFd.takeFrom(server).toServerSocketChannel();
                    SocketChannel client = SocketChannel.open(taken.getLocalAddress());
                    SocketChannel accepted = taken.accept()) {
                assertExchange(client, accepted);
            }
        }
        try (DatagramChannel datagrams = DatagramChannel.open()) {
            datagrams.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            OwnedFd.takeFrom(datagrams).toDatagramChannel().close();
            assertFalse(datagrams.isOpen());
        }
    }

    @Test
    void aClosedChannelHasNothingToTake() throws IOException {
        SocketChannel platform = SocketChannel.open();
        platform.close();
        assertThrows(ClosedChannelException.class, () -> OwnedFd.takeFrom(platform));
        UnixSocketChannel ours = UnixSocketChannel.open(UnixProtocolFamily.STREAM);
        ours.close();
        assertThrows(ClosedChannelException.class, () -> OwnedFd.takeFrom(ours));
        assertThrows(NullPointerException.class, () -> OwnedFd.takeFrom(null));
    }

    @Test
    void theRestOfAMessageIsNotLost() throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
        try (UnixSocketChannel first = pair.first(); UnixSocketChannel second = pair.second()) {
            second.write(ByteBuffer.wrap(new byte[] {1, 2}));
            assertEquals(1, first.read(ByteBuffer.allocate(1)));
            IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> OwnedFd.takeFrom(first));
            assertEquals("takeFrom(" + first + "): the rest of a message has not been read", thrown.getMessage());
            assertEquals(1, first.read(ByteBuffer.allocate(2)));
            OwnedFd.takeFrom(first).close();
        }
    }

    @Test
    void aThreadThatReadsIsNotEndedByAShutdown() throws Exception {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
        try (UnixSocketChannel first = pair.first(); UnixSocketChannel second = pair.second()) {
            BackgroundCall<Integer> reading = BackgroundCall.start(() -> first.read(ByteBuffer.allocate(1)));
            reading.awaitBlocked();
            assertThrows(IllegalStateException.class, () -> OwnedFd.takeFrom(first));
            assertTrue(first.isOpen());
            second.write(ByteBuffer.wrap(new byte[] {1}));
            assertEquals(1, reading.result());
        }
    }
}
