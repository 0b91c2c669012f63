// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.PlatformChannel;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a duplicate of a channel of the Java platform is, and that the channel does not notice. */
@ExtendWith(NothingLeaks.class)
class DuplicateOfPlatformChannelTest {

    private static final int CLOEXEC = 1;

    @TempDir
    Path directory;

    /** The first non-blocking channel has a selector opened, which is kept. */
    @BeforeAll
    static void openWhatIsKept() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            OwnedFd.duplicateOf(channel).close();
        }
    }

    static Stream<PlatformChannel> foundBlocking() {
        return Arrays.stream(PlatformChannel.values()).filter(PlatformChannel::isFoundBlocking);
    }

    @ParameterizedTest
    @EnumSource(PlatformChannel.class)
    void aNonBlockingChannelIsDuplicatedAndStaysAsItIs(PlatformChannel kind) throws IOException {
        try (PlatformChannel.Opened opened = kind.open(directory)) {
            opened.channel().configureBlocking(false);
            try (OwnedFd duplicate = OwnedFd.duplicateOf(opened.channel())) {
                assertIsDuplicate(opened, duplicate);
            }
            assertFalse(opened.channel().isBlocking());
            assertFalse(opened.channel().isRegistered());
            opened.channel().configureBlocking(true);
        }
    }

    @ParameterizedTest
    @MethodSource("foundBlocking")
    void aBlockingChannelIsDuplicatedAndStaysAsItIs(PlatformChannel kind) throws IOException {
        try (PlatformChannel.Opened opened = kind.open(directory)) {
            try (OwnedFd duplicate = OwnedFd.duplicateOf(opened.channel())) {
                assertIsDuplicate(opened, duplicate);
                int flags = HostSyscalls.get().fcntl(duplicate.number(), Linux.F_GETFL, 0);
                assertEquals(0, flags & Linux.O_NONBLOCK);
            }
            assertTrue(opened.channel().isBlocking());
            assertFalse(opened.channel().isRegistered());
        }
    }

    @ParameterizedTest
    @EnumSource(PlatformChannel.class)
    void aRegisteredChannelKeepsItsKeys(PlatformChannel kind) throws IOException {
        try (PlatformChannel.Opened opened = kind.open(directory);
                Selector selector = Selector.open();
                Selector second = Selector.open()) {
            SelectableChannel channel = opened.channel().configureBlocking(false);
            int operations = Integer.highestOneBit(channel.validOps());
            SelectionKey key = channel.register(selector, operations, "attachment");
            SelectionKey secondKey = channel.register(second, 0);
            selector.selectNow();
            int ready = key.readyOps();
            try (OwnedFd duplicate = OwnedFd.duplicateOf(channel)) {
                assertIsDuplicate(opened, duplicate);
            }
            assertSame(key, channel.keyFor(selector));
            assertSame(secondKey, channel.keyFor(second));
            assertTrue(key.isValid() && secondKey.isValid());
            assertEquals(operations, key.interestOps());
            assertEquals(ready, key.readyOps());
            assertEquals(0, secondKey.interestOps());
            assertEquals("attachment", key.attachment());
        }
    }

    @ParameterizedTest
    @EnumSource(PlatformChannel.class)
    void aClosedChannelHasNothingToDuplicate(PlatformChannel kind) throws IOException {
        PlatformChannel.Opened opened = kind.open(directory);
        opened.close();
        assertThrows(ClosedChannelException.class, () -> OwnedFd.duplicateOf(opened.channel()));
    }

    @ParameterizedTest
    @MethodSource("foundBlocking")
    void noOptionIsOtherThanBefore(PlatformChannel kind) throws IOException {
        try (PlatformChannel.Opened opened = kind.open(directory)) {
            NetworkChannel channel = (NetworkChannel) opened.channel();
            int initial = channel.getOption(StandardSocketOptions.SO_RCVBUF);
            OwnedFd.duplicateOf(channel).close();
            assertEquals(initial, channel.getOption(StandardSocketOptions.SO_RCVBUF));
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 20_000);
            int chosen = channel.getOption(StandardSocketOptions.SO_RCVBUF);
            OwnedFd.duplicateOf(channel).close();
            assertEquals(chosen, channel.getOption(StandardSocketOptions.SO_RCVBUF));
        }
    }

    @Test
    void manyUnixConnectionsWithTheSameNamesAreToldApart() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.resolve("s")));
            try (SocketChannel first = SocketChannel.open(server.getLocalAddress());
                    SocketChannel firstPeer = server.accept();
                    SocketChannel second = SocketChannel.open(server.getLocalAddress());
                    SocketChannel secondPeer = server.accept();
                    OwnedFd duplicate = OwnedFd.duplicateOf(second);
                    OwnedFd duplicatePeer = OwnedFd.duplicateOf(firstPeer)) {
                write(duplicate, (byte) 1);
                write(duplicatePeer, (byte) 2);
                assertEquals(1, readByte(secondPeer));
                assertEquals(2, readByte(first));
            }
        }
    }

    @Test
    void aDuplicateOutlivesItsChannel() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source()) {
            OwnedFd duplicate;
            try (Pipe.SinkChannel sink = pipe.sink()) {
                sink.configureBlocking(false);
                duplicate = OwnedFd.duplicateOf(sink);
            }
            write(duplicate, (byte) 7);
            duplicate.close();
            ByteBuffer buffer = ByteBuffer.allocate(2);
            assertEquals(1, source.read(buffer));
            assertEquals(-1, source.read(buffer));
        }
    }

    @Test
    void aThreadThatIsInterruptedDuplicatesAndStaysInterrupted() throws IOException {
        try (PlatformChannel.Opened client = PlatformChannel.TCP_CLIENT.open(directory)) {
            Thread.currentThread().interrupt();
            OwnedFd.duplicateOf(client.channel()).close();
            assertTrue(Thread.interrupted());
            client.channel().configureBlocking(false);
            Thread.currentThread().interrupt();
            OwnedFd.duplicateOf(client.channel()).close();
            assertTrue(Thread.interrupted());
            assertTrue(client.channel().isOpen());
            assertFalse(client.channel().isRegistered());
        }
    }

    private static void assertIsDuplicate(PlatformChannel.Opened opened, OwnedFd duplicate) throws IOException {
        assertEquals(opened.file(), Files.readSymbolicLink(Path.of("/proc/self/fd/" + duplicate.number())).toString());
        assertEquals(CLOEXEC, HostSyscalls.get().fcntl(duplicate.number(), Linux.F_GETFD, 0));
        int access = HostSyscalls.get().fcntl(duplicate.number(), Linux.F_GETFL, 0) & Linux.O_ACCMODE;
        SelectableChannel channel = opened.channel();
        int expected = channel instanceof Pipe.SourceChannel ? 0 : channel instanceof Pipe.SinkChannel ? Linux.O_WRONLY : Linux.O_RDWR;
        assertEquals(expected, access);
    }

    private static void write(OwnedFd to, byte value) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(1).put(0, value);
        assertEquals(1, HostSyscalls.get().write(to.number(), HostSyscalls.get().addressOf(direct), 1));
    }

    private static int readByte(SocketChannel from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1);
        assertEquals(1, from.read(buffer));
        return buffer.get(0);
    }
}
