// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** System calls of datagram channels that fail: the exception, its message, and that the channel is as it was. */
@ExtendWith(NothingLeaks.class)
class DatagramFaultTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    private final AbstractSocketAddress name = AbstractNames.unique();
    private final AbstractSocketAddress peerName = AbstractNames.unique();
    private UnixDatagramChannel channel;
    private UnixDatagramChannel peer;

    @BeforeEach
    void open() throws IOException {
        channel = provider.openDatagramChannel(UnixProtocolFamily.DGRAM);
        peer = provider.openDatagramChannel(UnixProtocolFamily.DGRAM).bind(peerName);
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        peer.close();
    }

    static Stream<Arguments> transferFailures() {
        return Stream.of(
                Arguments.of(Errno.ECONNREFUSED, PortUnreachableException.class, "Connection refused (ECONNREFUSED)"),
                Arguments.of(Errno.EPIPE, PortUnreachableException.class, "Broken pipe (EPIPE)"),
                Arguments.of(Errno.ECONNRESET, PortUnreachableException.class, "Connection reset by peer (ECONNRESET)"),
                Arguments.of(Errno.ENOENT, SocketException.class, "No such file or directory (ENOENT)"),
                Arguments.of(Errno.EPROTOTYPE, SocketException.class, "Protocol wrong type for socket (EPROTOTYPE)"),
                Arguments.of(Errno.EPERM, SocketException.class, "Operation not permitted (EPERM)"),
                Arguments.of(Errno.EACCES, SocketException.class, "Permission denied (EACCES)"),
                Arguments.of(Errno.ENOBUFS, SocketException.class, "No buffer space available (ENOBUFS)"),
                Arguments.of(Errno.ENOMEM, SocketException.class, "Cannot allocate memory (ENOMEM)"),
                Arguments.of(Errno.ENOTCONN, SocketException.class, "Transport endpoint is not connected (ENOTCONN)"),
                Arguments.of(4000, SocketException.class, "Unknown error (errno 4000)"));
    }

    @ParameterizedTest
    @MethodSource("transferFailures")
    void everyFailureOfASendNamesTheTargetAndNothingWasSent(int errno, Class<?> type, String text) throws IOException {
        for (boolean blocking : new boolean[] {true, false}) {
            channel.configureBlocking(blocking);
            faulty.fail("sendto", errno, 1);
            ByteBuffer src = ByteBuffer.allocate(9).position(2);
            assertFails(type, "send(" + peerName + "): " + text, () -> channel.send(src, peerName));
            assertEquals(2, src.position());
            assertEquals(7, channel.send(src, peerName));
        }
    }

    @ParameterizedTest
    @MethodSource("transferFailures")
    void everyFailureOfAWriteNamesThePeerAndIfThatIsGoneTheChannelIsNotConnectedAnyMore(int errno, Class<?> type, String text)
            throws IOException {
        ByteBuffer[] large = {ByteBuffer.allocateDirect(16 << 10), ByteBuffer.allocate(1)};
        Executable[] writes = {
            () -> channel.write(ByteBuffer.allocate(3)),
            () -> channel.send(ByteBuffer.allocate(3), peerName),
            () -> channel.send(ByteBuffer.allocateDirect(0), peerName),
            () -> channel.write(new ByteBuffer[] {ByteBuffer.allocate(3), ByteBuffer.allocateDirect(3)}),
            () -> channel.write(large)
        };
        boolean gone = errno == Errno.ECONNREFUSED || errno == Errno.EPIPE;
        for (Executable write : writes) {
            channel.connect(peerName);
            faulty.fail(write == writes[4] ? "sendmsg" : "send", errno, 1);
            assertFails(type, "write(" + peerName + "): " + text, write);
            assertEquals(!gone, channel.isConnected());
            assertEquals(gone ? null : peerName, channel.getRemoteAddress());
            channel.disconnect();
        }
        assertEquals(0, large[0].position());
    }

    @ParameterizedTest
    @MethodSource("transferFailures")
    void everyFailureOfAReceiveNamesTheChannelAndNothingIsLost(int errno, Class<?> type, String text) throws IOException {
        channel.bind(name);
        peer.send(ByteBuffer.allocate(5), name);
        faulty.fail("recvfrom", errno, 1);
        ByteBuffer dst = ByteBuffer.allocate(9);
        assertFails(type, "receive\\(fd=\\d+, local=" + name + "\\): \\Q" + text + "\\E", () -> channel.receive(dst));
        assertEquals(0, dst.position());
        assertEquals(peerName, channel.receive(dst));
        assertEquals(5, dst.position());
    }

    @ParameterizedTest
    @MethodSource("transferFailures")
    void everyFailureOfAReadNamesThePeerAndNothingIsLost(int errno, Class<?> type, String text) throws IOException {
        channel.bind(name).connect(peerName);
        ByteBuffer[] large = {ByteBuffer.allocateDirect(16 << 10), ByteBuffer.allocateDirect(1)};
        peer.send(ByteBuffer.allocate(5), name);
        faulty.fail("recv", errno, 1).fail("recvmsg", errno, 1);
        assertFails(type, "read(" + peerName + "): " + text, () -> channel.read(ByteBuffer.allocate(9)));
        assertFails(type, "read(" + peerName + "): " + text, () -> channel.read(large));
        assertTrue(channel.isConnected());
        assertEquals(5, channel.read(large));
    }

    @Test
    void whereNeitherEndHasANameTheDescriptorIsNamed() throws IOException {
        try (UnixDatagramChannel.Pair pair = provider.openDatagramPair()) {
            faulty.fail("recv", Errno.EIO, 1).fail("send", Errno.ENOBUFS, 1).fail("recvfrom", Errno.EIO, 1);
            String input = "\\(fd=\\d+\\): Input/output error \\(EIO\\)";
            assertFails(SocketException.class, "read" + input, () -> pair.first().read(ByteBuffer.allocate(8)));
            assertFails(SocketException.class, "receive" + input, () -> pair.first().receive(ByteBuffer.allocate(8)));
            assertFails(SocketException.class, "write\\(fd=\\d+\\): No buffer space available \\(ENOBUFS\\)",
                    () -> pair.first().write(ByteBuffer.allocate(8)));
        }
    }

    static Stream<Arguments> nameFailures() {
        return Stream.of(
                Arguments.of(Errno.ECONNREFUSED, ConnectException.class, "Connection refused (ECONNREFUSED)"),
                Arguments.of(Errno.EADDRINUSE, BindException.class, "Address already in use (EADDRINUSE)"),
                Arguments.of(Errno.EACCES, BindException.class, "Permission denied (EACCES)"),
                Arguments.of(Errno.ENOENT, SocketException.class, "No such file or directory (ENOENT)"),
                Arguments.of(Errno.EPROTOTYPE, SocketException.class, "Protocol wrong type for socket (EPROTOTYPE)"),
                Arguments.of(Errno.EPERM, SocketException.class, "Operation not permitted (EPERM)"),
                Arguments.of(Errno.ENOMEM, SocketException.class, "Cannot allocate memory (ENOMEM)"),
                Arguments.of(4000, SocketException.class, "Unknown error (errno 4000)"));
    }

    @ParameterizedTest
    @MethodSource("nameFailures")
    void everyFailureOfConnectNamesTheTargetAndLeavesTheChannelAsItWas(int errno, Class<?> type, String text) throws IOException {
        faulty.fail("connect", errno, 2);
        assertFails(type, "connect(" + peerName + "): " + text, () -> channel.connect(peerName));
        assertUnconnected(null);
        channel.bind(name);
        peer.send(ByteBuffer.allocate(1), name);
        assertFails(type, "connect(" + peerName + "): " + text, () -> channel.connect(peerName));
        assertUnconnected(name);
        assertEquals(peerName, channel.receive(ByteBuffer.allocate(1)));
        channel.connect(peerName);
        assertEquals(peerName, channel.getRemoteAddress());
    }

    /** Who the datagrams that are queued may come from is asked after connect(2) has succeeded. */
    @Test
    void aConnectThatCannotTellWhoItsPeerIsLeavesTheChannelAsItWas() throws IOException {
        channel.bind(name).configureBlocking(false);
        peer.send(ByteBuffer.allocate(1), name);
        faulty.fail("getpeername", Errno.ENOBUFS, 1);
        assertFails(SocketException.class, "getpeername\\(fd=\\d+\\): No buffer space available \\(ENOBUFS\\)",
                () -> channel.connect(peerName));
        assertUnconnected(name);
        try (UnixDatagramChannel other = provider.openDatagramChannel(UnixProtocolFamily.DGRAM)) {
            assertEquals(2, other.send(ByteBuffer.allocate(2), name), "to the kernel it is not connected either");
        }
        channel.connect(peerName);
        assertEquals(3, channel.write(ByteBuffer.allocate(3)));
    }

    @ParameterizedTest
    @MethodSource("nameFailures")
    void everyFailureOfBindNamesTheAddressAndLeavesTheChannelUnbound(int errno, Class<?> type, String text) throws IOException {
        faulty.fail("bind", errno, 3);
        assertFails(type, "bind(" + name + "): " + text, () -> channel.bind(name));
        assertUnconnected(null);
        assertFails(type, "bind(" + AbstractSocketAddress.AUTOBIND + "): " + text, () -> channel.bind(null));
        assertFails(type, "bind(" + AbstractSocketAddress.AUTOBIND + "): " + text, () -> channel.receive(ByteBuffer.allocate(1)));
        assertUnconnected(null);
        channel.bind(name);
        assertEquals(1, peer.send(ByteBuffer.allocate(1), name));
    }

    @Test
    void aNameOfTheKernelsChoiceThatItDoesNotTellIsAFailedBindAndCanBeAskedForAgain() throws IOException {
        faulty.fail("getsockname", Errno.ENOBUFS, 1);
        assertFails(SocketException.class, "getsockname\\(fd=\\d+\\): No buffer space available \\(ENOBUFS\\)", () -> channel.bind(null));
        assertUnconnected(null);
        channel.bind(null);
        assertEquals(1, peer.send(ByteBuffer.allocate(1), channel.getLocalAddress()));
    }

    @ParameterizedTest
    @MethodSource("nameFailures")
    void everyFailureOfDisconnectNamesThePeerAndTheChannelStaysConnected(int errno, Class<?> type, String text) throws IOException {
        channel.connect(peerName);
        faulty.fail("connect", errno, 1);
        assertFails(type, "connect(" + peerName + ", AF_UNSPEC): " + text, channel::disconnect);
        assertEquals(peerName, channel.getRemoteAddress());
        assertEquals(1, channel.write(ByteBuffer.allocate(1)));
        channel.disconnect();
        assertUnconnected(UnixAddresses.UNNAMED);
    }

    @Test
    void openingWithoutADescriptorLeftSaysWhatWasOpened() {
        faulty.fail("socket", Errno.EMFILE, 1).fail("socket", Errno.ENOBUFS, 1).fail("socketpair", Errno.ENFILE, 1);
        assertFails(SocketException.class, "socket(AF_UNIX, DGRAM): Too many open files (EMFILE)",
                () -> provider.openDatagramChannel(UnixProtocolFamily.DGRAM));
        assertFails(SocketException.class, "socket(AF_UNIX, DGRAM): No buffer space available (ENOBUFS)",
                () -> provider.openDatagramChannel(UnixProtocolFamily.DGRAM));
        assertFails(SocketException.class, "socketpair(AF_UNIX, DGRAM): Too many open files in system (ENFILE)",
                provider::openDatagramPair);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyTransferIsTriedAgainAfterASignal(boolean blocking) throws IOException {
        channel.bind(name).configureBlocking(blocking);
        peer.configureBlocking(blocking);
        faulty.fail("sendto", Errno.EINTR, 3).fail("recvfrom", Errno.EINTR, 3);
        assertEquals(9, peer.send(ByteBuffer.allocate(9), name));
        assertEquals(peerName, channel.receive(ByteBuffer.allocate(16)));
        channel.connect(peerName);
        peer.connect(name);
        faulty.fail("send", Errno.EINTR, 3).fail("recv", Errno.EINTR, 3);
        assertEquals(8, peer.write(ByteBuffer.allocate(8)));
        assertEquals(8, channel.read(ByteBuffer.allocate(16)));
        ByteBuffer[] large = {ByteBuffer.allocateDirect(16 << 10), ByteBuffer.allocateDirect(16)};
        faulty.fail("sendmsg", Errno.EINTR, 3).fail("recvmsg", Errno.EINTR, 3);
        assertEquals((16 << 10) + 16, peer.write(large));
        large[0].clear();
        large[1].clear();
        assertEquals((16 << 10) + 16, channel.read(large));
        for (String call : new String[] {"sendto", "recvfrom", "send", "recv", "sendmsg", "recvmsg"}) {
            assertEquals(4, faulty.count(call), call);
        }
    }

    @Test
    void aFailedOptionNamesTheOption() throws IOException {
        faulty.fail("getsockopt", Errno.ENOPROTOOPT, 1).fail("setsockopt", Errno.ENOMEM, 1);
        assertFails(SocketException.class, "getsockopt\\(fd=\\d+, SO_SNDBUF\\): Protocol not available \\(ENOPROTOOPT\\)",
                () -> channel.getOption(StandardSocketOptions.SO_SNDBUF));
        assertFails(SocketException.class, "setsockopt\\(fd=\\d+, SO_SNDBUF\\): Cannot allocate memory \\(ENOMEM\\)",
                () -> channel.setOption(StandardSocketOptions.SO_SNDBUF, 4096));
    }

    /** The close shuts the socket down, and what a call that was overtaken meets then is not the peer's doing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorThatTheChannelsOwnCloseBringsAboutIsAClosedChannelException(boolean blocking) throws IOException {
        channel.connect(peerName).configureBlocking(blocking);
        faulty.next("send", (real, arguments) -> {
            channel.close();
            return (long) -Errno.EPIPE;
        });
        assertThrows(ClosedChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
        assertFalse(channel.isConnected());
    }

    private void assertUnconnected(Object local) throws IOException {
        assertTrue(channel.isOpen());
        assertFalse(channel.isConnected());
        assertNull(channel.getRemoteAddress());
        assertEquals(local, channel.getLocalAddress());
    }

    /** The message is the text, or matches it as a pattern if it stands for a descriptor's number. */
    private static void assertFails(Class<?> type, String text, Executable call) {
        IOException thrown = assertThrows(IOException.class, call);
        assertSame(type, thrown.getClass());
        if (text.contains("\\d")) {
            assertTrue(thrown.getMessage().matches(text), thrown.getMessage());
        } else {
            assertEquals(text, thrown.getMessage());
        }
    }
}
