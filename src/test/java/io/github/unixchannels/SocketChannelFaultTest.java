// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** System calls that fail in ways that cannot be had for the asking. */
@ExtendWith(NothingLeaks.class)
class SocketChannelFaultTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    private static Stream<Arguments> connectFailures() {
        return Stream.of(
                Arguments.of(Errno.EACCES, BindException.class, "Permission denied (EACCES)"),
                Arguments.of(Errno.EADDRNOTAVAIL, BindException.class, "Cannot assign requested address (EADDRNOTAVAIL)"),
                Arguments.of(Errno.ETIMEDOUT, ConnectException.class, "Connection timed out (ETIMEDOUT)"),
                Arguments.of(Errno.ENOTCONN, ConnectException.class, "Transport endpoint is not connected (ENOTCONN)"),
                Arguments.of(Errno.EHOSTUNREACH, NoRouteToHostException.class, "No route to host (EHOSTUNREACH)"),
                Arguments.of(Errno.EPROTO, ProtocolException.class, "Protocol error (EPROTO)"),
                Arguments.of(Errno.EPERM, SocketException.class, "Operation not permitted (EPERM)"),
                Arguments.of(Errno.ELOOP, SocketException.class, "Too many levels of symbolic links (ELOOP)"),
                Arguments.of(4000, SocketException.class, "Unknown error (errno 4000)"));
    }

    @ParameterizedTest
    @MethodSource("connectFailures")
    void everyFailureOfConnectHasItsExceptionAndClosesTheChannel(int errno, Class<?> type, String text) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        for (UnixProtocolFamily family : List.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)) {
            faulty.fail("connect", errno, 1);
            try (UnixSocketChannel channel = provider.openSocketChannel(family)) {
                IOException thrown = assertThrows(IOException.class, () -> channel.connect(address));
                assertSame(type, thrown.getClass());
                assertEquals("connect(" + address + "): " + text, thrown.getMessage());
                assertFalse(channel.isOpen());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void permissionDeniedOnBindIsABindExceptionAndTheChannelStaysOpen(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        faulty.fail("bind", Errno.EACCES, 2);
        try (UnixSocketChannel channel = provider.openSocketChannel(family);
                UnixServerSocketChannel server = provider.openServerSocketChannel(family)) {
            BindException client = assertThrows(BindException.class, () -> channel.bind(address));
            BindException listener = assertThrows(BindException.class, () -> server.bind(address));
            assertEquals("bind(" + address + "): Permission denied (EACCES)", client.getMessage());
            assertEquals(client.getMessage(), listener.getMessage());
            assertNull(channel.getLocalAddress());
            assertNull(server.getLocalAddress());
            server.bind(address);
            assertTrue(channel.connect(address));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void openingWithoutADescriptorLeftSaysWhatWasOpened(UnixProtocolFamily family) {
        faulty.fail("socket", Errno.EMFILE, 2).fail("socketpair", Errno.ENFILE, 1);
        String text = "socket(AF_UNIX, " + family + "): Too many open files (EMFILE)";
        assertEquals(text, assertThrows(SocketException.class, () -> provider.openSocketChannel(family)).getMessage());
        assertEquals(text, assertThrows(SocketException.class, () -> provider.openServerSocketChannel(family)).getMessage());
        assertEquals(
                "socketpair(AF_UNIX, " + family + "): Too many open files in system (ENFILE)",
                assertThrows(SocketException.class, () -> provider.openSocketPair(family)).getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void anInterruptedConnectIsTriedAgain(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family).bind(address, 1);
                UnixSocketChannel channel = provider.openSocketChannel(family)) {
            faulty.fail("connect", Errno.EINTR, 2);
            assertTrue(channel.connect(server.getLocalAddress()));
            assertEquals(3, faulty.count("connect"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aConnectThatWasMadeBeforeTheInterruptionCounts(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family).bind(address, 1);
                UnixSocketChannel channel = provider.openSocketChannel(family)) {
            faulty.next("connect", (real, arguments) -> {
                assertEquals(0, real.with(arguments));
                return -Errno.EINTR;
            });
            assertTrue(channel.connect(server.getLocalAddress()));
            assertTrue(channel.isConnected());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aConnectionThatCannotBeMadeBlockingIsAFailedConnect(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        faulty.fail("fcntl", Errno.EPERM, 1);
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family).bind(address, 1);
                UnixSocketChannel channel = provider.openSocketChannel(family)) {
            assertThrows(SocketException.class, () -> channel.connect(server.getLocalAddress()));
            assertFalse(channel.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void interruptedTransfersAreTriedAgain(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            ByteBuffer[] two = {ByteBuffer.allocateDirect(40_000), ByteBuffer.allocateDirect(40_000)};
            faulty.fail("send", Errno.EINTR, 2).fail("sendmsg", Errno.EINTR, 2);
            assertEquals(1, pair.first().write(ByteBuffer.allocate(1)));
            assertEquals(80_000, pair.first().write(two));
            faulty.fail("recv", Errno.EINTR, 2).fail("recvmsg", Errno.EINTR, 2);
            assertEquals(1, pair.second().read(ByteBuffer.allocate(1)));
            two[0].clear();
            two[1].clear();
            assertEquals(80_000, pair.second().read(two));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aFailedTransferIsAPlainIOExceptionThatNamesThePeerAndLeavesTheChannelOpen(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family).bind(address, 1);
                UnixSocketChannel channel = provider.openSocketChannel(family)) {
            channel.connect(server.getLocalAddress());
            faulty.fail("recv", Errno.EIO, 1).fail("send", Errno.ENOBUFS, 1);
            IOException read = assertThrows(IOException.class, () -> channel.read(ByteBuffer.allocate(8)));
            assertSame(IOException.class, read.getClass());
            assertEquals("read(" + address + "): Input/output error (EIO)", read.getMessage());
            ByteBuffer src = ByteBuffer.allocate(8);
            IOException write = assertThrows(IOException.class, () -> channel.write(src));
            assertSame(IOException.class, write.getClass());
            assertEquals("write(" + address + "): No buffer space available (ENOBUFS)", write.getMessage());
            assertEquals(0, src.position());
            assertTrue(channel.isConnected());
            assertEquals(8, channel.write(src));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void whereNeitherEndHasANameTheDescriptorIsNamed(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            faulty.fail("recv", Errno.EIO, 1);
            IOException read = assertThrows(IOException.class, () -> pair.first().read(ByteBuffer.allocate(8)));
            assertTrue(read.getMessage().matches("read\\(fd=\\d+\\): Input/output error \\(EIO\\)"), read.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aFailedOptionNamesTheOption(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            UnixSocketChannel channel = pair.first();
            faulty.fail("getsockopt", Errno.ENOPROTOOPT, 3).fail("setsockopt", Errno.ENOMEM, 2);
            assertMessage("getsockopt\\(fd=\\d+, SO_SNDBUF\\): Protocol not available \\(ENOPROTOOPT\\)",
                    assertThrows(SocketException.class, () -> channel.getOption(StandardSocketOptions.SO_SNDBUF)));
            assertMessage("getsockopt\\(fd=\\d+, SO_LINGER\\): Protocol not available \\(ENOPROTOOPT\\)",
                    assertThrows(SocketException.class, () -> channel.getOption(StandardSocketOptions.SO_LINGER)));
            assertMessage("getsockopt\\(fd=\\d+, SO_PEERCRED\\): Protocol not available \\(ENOPROTOOPT\\)",
                    assertThrows(SocketException.class, () -> channel.getOption(UnixSocketOptions.SO_PEERCRED)));
            assertMessage("setsockopt\\(fd=\\d+, SO_RCVBUF\\): Cannot allocate memory \\(ENOMEM\\)",
                    assertThrows(SocketException.class, () -> channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096)));
            assertMessage("setsockopt\\(fd=\\d+, SO_LINGER\\): Cannot allocate memory \\(ENOMEM\\)",
                    assertThrows(SocketException.class, () -> channel.setOption(StandardSocketOptions.SO_LINGER, 1)));
            assertTrue(channel.isConnected());
        }
    }

    private static void assertMessage(String pattern, Exception thrown) {
        assertTrue(thrown.getMessage().matches(pattern), thrown.getMessage());
    }
}
