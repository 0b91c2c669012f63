// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channel;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Duplicates of this library's channels, what cannot be duplicated, and what the kernel refuses. */
@ExtendWith(NothingLeaks.class)
class DuplicateOfTest {

    @TempDir
    Path directory;

    /** The first non-blocking channel of the Java platform has a selector opened, which is kept. */
    @BeforeAll
    static void openWhatIsKept() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            OwnedFd.duplicateOf(channel).close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aConnectionIsDuplicatedRegisteredOrNot(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
                Selector selector = UnixSelectorProvider.provider().openSelector()) {
            try (OwnedFd duplicate = OwnedFd.duplicateOf(pair.first())) {
                assertWrites(duplicate, pair.second());
            }
            pair.first().configureBlocking(false);
            SelectionKey key = pair.first().register(selector, SelectionKey.OP_READ);
            try (OwnedFd duplicate = OwnedFd.duplicateOf(pair.first())) {
                assertWrites(duplicate, pair.second());
            }
            assertSame(key, pair.first().keyFor(selector));
            assertTrue(key.isValid());
            pair.first().close();
            assertThrows(ClosedChannelException.class, () -> OwnedFd.duplicateOf(pair.first()));
        }
    }

    @Test
    void listenersAndDatagramChannelsAreDuplicated() throws IOException {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET);
                UnixDatagramChannel datagrams = UnixDatagramChannel.open();
                OwnedFd ofServer = OwnedFd.duplicateOf(server);
                OwnedFd ofDatagrams = OwnedFd.duplicateOf(datagrams)) {
            assertTrue(linkOf(ofServer).startsWith("socket:"));
            assertTrue(linkOf(ofDatagrams).startsWith("socket:"));
        }
    }

    @Test
    void aThreadThatReadsAChannelDoesNotNotice() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            BackgroundCall<Integer> reading =
                    BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(8))).awaitBlocked();
            OwnedFd.duplicateOf(pair.first()).close();
            assertFalse(reading.isDone());
            pair.second().write(ByteBuffer.allocate(4));
            assertEquals(4, reading.result());
        }
    }

    @Test
    void aClosedChannelThatAThreadIsInHasNothingToDuplicate() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                Selector selector = UnixSelectorProvider.provider().openSelector()) {
            pair.first().configureBlocking(false);
            pair.first().register(selector, SelectionKey.OP_READ);
            pair.first().close(); // the key is inside until the next selection
            assertThrows(ClosedChannelException.class, () -> OwnedFd.duplicateOf(pair.first()));
            selector.selectNow();
        }
    }

    @Test
    void anythingElseIsRefusedByItsName() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        try (AsynchronousFileChannel asynchronous = AsynchronousFileChannel.open(file)) {
            String message = refusal(asynchronous);
            assertTrue(message.contains("AsynchronousFileChannel"), message);
        }
        try (Channel stream = Channels.newChannel(new java.io.ByteArrayInputStream(new byte[1]))) {
            String message = refusal(stream);
            assertTrue(message.endsWith(" is neither of this library, nor a SelectableChannel or FileChannel of the "
                    + "Java platform"), message);
        }
        assertThrows(NullPointerException.class, () -> OwnedFd.duplicateOf(null));
    }

    @Test
    void whatCannotBeToldIsRefusedWithTheFlagThatHelps() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            assertEquals(
                    "duplicateOf(" + source + "): an end of a pipe has no name to be found by; put it into non-blocking mode, or start the "
                            + "JVM with --add-opens java.base/sun.nio.ch=ALL-UNNAMED",
                    refusal(source));
            assertTrue(sink.isBlocking());
        }
        try (SocketChannel unbound = SocketChannel.open()) {
            assertEquals(
                    "duplicateOf(" + unbound + "): it has no name, or several sockets may have it; put it into non-blocking mode, or start "
                            + "the JVM with --add-opens java.base/sun.nio.ch=ALL-UNNAMED",
                    refusal(unbound));
        }
    }

    @Test
    void socketsThatHaveOneAddressAreToldApartOnlyInNonBlockingMode() throws IOException {
        try (ServerSocketChannel first = ServerSocketChannel.open(); ServerSocketChannel second = ServerSocketChannel.open()) {
            assumeTrue(first.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT), "SO_REUSEPORT");
            first.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            second.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(first.getLocalAddress());
            assertTrue(refusal(first).contains("several sockets may have it"));
            first.configureBlocking(false);
            second.configureBlocking(false);
            try (OwnedFd ofFirst = OwnedFd.duplicateOf(first); OwnedFd ofSecond = OwnedFd.duplicateOf(second)) {
                assertNotEquals(linkOf(ofFirst), linkOf(ofSecond));
            }
        }
    }

    @Test
    void aKernelWithoutADescriptorLeftIsAnIOException() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Pipe pipe = Pipe.open();
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                FileChannel fileChannel = FileChannel.open(file);
                Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            for (Channel channel : new Channel[] {pair.first(), fileChannel, source}) {
                FaultySyscalls faulty = new FaultySyscalls().fail("fcntl", Errno.EMFILE, 1);
                String message = failure(faulty, channel).getMessage();
                assertTrue(message.matches("fcntl\\(\\d+, F_DUPFD_CLOEXEC\\): Too many open files \\(EMFILE\\)"), message);
            }
            for (Channel channel : new Channel[] {fileChannel, source}) {
                FaultySyscalls faulty = new FaultySyscalls().fail("open", Errno.EMFILE, 1);
                String message = failure(faulty, channel).getMessage();
                assertTrue(message.matches("open\\(/proc/self/fdinfo/\\d+\\): Too many open files \\(EMFILE\\)"), message);
            }
            assertFalse(source.isRegistered());
            OwnedFd.duplicateOf(source).close();
            assertTrue(sink.isOpen());
        }
    }

    @Test
    void whereProcIsNotToBeReadTheFlagIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Pipe pipe = Pipe.open();
        try (FileChannel fileChannel = FileChannel.open(file);
                Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            assertTrue(sink.isOpen());
            source.configureBlocking(false);
            UnixSelectorProvider provider = new UnixSelectorProvider(new FaultySyscalls().failAlways("open", Errno.EACCES)::syscalls);
            for (Channel channel : new Channel[] {source, sink, fileChannel}) { // non-blocking mode would not help the sink
                String message = assertThrows(UnsupportedOperationException.class, () -> provider.duplicateOf(channel)).getMessage();
                assertEquals("duplicateOf(" + channel + "): /proc/self/fdinfo cannot be read, in which it is to be found; start the JVM "
                        + "with --add-opens java.base/sun.nio.ch=ALL-UNNAMED", message);
            }
            assertFalse(source.isRegistered());
        }
    }

    @Test
    void aChannelThatIsClosedBeforeItsNumberIsDuplicatedHasNone() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            Channel closing = source;
            FaultySyscalls faulty = new FaultySyscalls().next("fcntl", (real, arguments) -> {
                closing.close();
                // Its number is free: somebody else opens something.
                try (SocketChannel other = SocketChannel.open()) {
                    assertTrue(other.isOpen());
                    return real.with(arguments);
                }
            });
            assertThrows(ClosedChannelException.class, () -> new UnixSelectorProvider(faulty::syscalls).duplicateOf(source));
            assertTrue(sink.isOpen());
        }
    }

    @Test
    void nobodyIsRefusedToChangeTheModeMeanwhile() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            FaultySyscalls faulty = new FaultySyscalls().next("open", (real, arguments) -> {
                assertTrue(channel.isRegistered());
                assertTrue(Thread.holdsLock(channel.blockingLock()), "who makes it blocking meanwhile waits until it can be");
                return real.with(arguments);
            });
            new UnixSelectorProvider(faulty::syscalls).duplicateOf(channel).close();
            assertFalse(channel.isRegistered());
        }
    }

    /** A number that is not the channel's own, for there are other duplicates, can change hands at any time. */
    @Test
    void whatWasDuplicatedIsLookedAtAgain() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        try (FileChannel fileChannel = FileChannel.open(file);
                SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
                OwnedFd another = OwnedFd.duplicateOf(socket)) {
            assertTrue(another.isOpen());
            try (SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX); OwnedFd ofOther = OwnedFd.duplicateOf(other)) {
                for (Channel channel : new Channel[] {fileChannel, socket}) {
                    FaultySyscalls faulty = new FaultySyscalls();
                    for (int i = 0; i < 100; i++) {
                        faulty.next("fcntl", (real, arguments) -> real.with(ofOther.number(), arguments[1], arguments[2]));
                    }
                    UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
                    assertThrows(UnsupportedOperationException.class, () -> provider.duplicateOf(channel));
                }
            }
        }
    }

    @Test
    void aDuplicateLivesOnThoughItsChannelIsClosedUnderAReader() throws Exception {
        for (UnixProtocolFamily family : List.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)) {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
            try (UnixSocketChannel peer = pair.second(); OwnedFd duplicate = OwnedFd.duplicateOf(pair.first())) {
                BackgroundCall<Integer> reading = BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(1)));
                reading.awaitBlocked();
                pair.first().close();
                assertInstanceOf(AsynchronousCloseException.class, reading.failure());
                try (SocketChannel channel = duplicate.toSocketChannel()) {
                    assertEquals(1, channel.write(ByteBuffer.wrap(new byte[] {4})));
                    assertEquals(1, peer.read(ByteBuffer.allocate(2)));
                }
            }
        }
    }

    private static IOException failure(FaultySyscalls faulty, Channel channel) {
        return assertThrows(IOException.class, () -> new UnixSelectorProvider(faulty::syscalls).duplicateOf(channel));
    }

    private static String refusal(Channel channel) {
        return assertThrows(UnsupportedOperationException.class, () -> OwnedFd.duplicateOf(channel)).getMessage();
    }

    private static String linkOf(OwnedFd fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number())).toString();
    }

    private static void assertWrites(OwnedFd duplicate, SocketChannel peer) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(3);
        assertEquals(3, HostSyscalls.get().write(duplicate.number(), HostSyscalls.get().addressOf(direct), 3));
        assertEquals(3, peer.read(ByteBuffer.allocate(8)));
    }
}
