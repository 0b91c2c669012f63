// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static io.github.unixchannels.support.SharedOperation.loopback;
import static io.github.unixchannels.support.SharedOperation.tcpPair;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections of TCP that came from elsewhere, with the JDK's channels at the other end. */
@ExtendWith(NothingLeaks.class)
class ReceivedTcpTest {

    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final RawDescriptors raw = new RawDescriptors();
    private final FaultySyscalls faulty = new FaultySyscalls();

    @AfterEach
    void closeRaw() {
        raw.close();
    }

    private SocketChannel channel(int fd) throws IOException {
        SocketChannel channel = ReceivedChannels.socketChannel(provider, faulty.syscalls(), new FdFactory(provider, faulty.syscalls()), fd);
        raw.give(fd);
        return channel;
    }

    private SocketChannel unconnected() throws IOException {
        return channel(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM));
    }

    private static ServerSocketChannel jdkListener() throws IOException {
        return ServerSocketChannel.open().bind(loopback(0), 1);
    }

    private static InetSocketAddress addressOf(ServerSocketChannel listener) throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(SocketChannel from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        int n = from.read(buffer);
        return n < 0 ? "end" : new String(buffer.array(), 0, n, StandardCharsets.US_ASCII);
    }

    @Test
    void aConnectionThatTheJdkAcceptedIsServedUnderItsNames() throws IOException {
        try (ServerSocketChannel listener = jdkListener()) {
            int fd = raw.socket(Linux.AF_INET, Linux.SOCK_STREAM);
            assertEquals(0, raw.connect(fd, listener.getLocalAddress()));
            try (SocketChannel ours = channel(fd); SocketChannel jdks = listener.accept()) {
                assertTrue(ours.isConnected());
                assertTrue(ours.isBlocking());
                assertEquals(jdks.getRemoteAddress(), ours.getLocalAddress());
                assertEquals(jdks.getLocalAddress(), ours.getRemoteAddress());
                ours.write(new ByteBuffer[] {bytes("to "), bytes("the JDK")});
                assertEquals("to the JDK", read(jdks));
                jdks.write(bytes("and back"));
                assertEquals("and back", read(ours));
                assertThrowsExactly(UnsupportedOperationException.class, ours::socket);
            }
        }
    }

    @Test
    void aSocketThatWasNonBlockingIsABlockingChannel() throws Exception {
        int[] ends = tcpPair(raw);
        raw.setFlags(ends[0], raw.flags(ends[0]) | Linux.O_NONBLOCK);
        try (SocketChannel ours = channel(ends[0])) {
            BackgroundCall<String> reading = BackgroundCall.start(() -> read(ours)).awaitBlocked();
            raw.send(ends[1], "late");
            assertEquals("late", reading.result());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUnconnectedOneConnects(boolean blocking) throws IOException {
        try (ServerSocketChannel listener = jdkListener(); SocketChannel ours = unconnected()) {
            assertFalse(ours.isConnected());
            assertNull(ours.getLocalAddress());
            assertNull(ours.getRemoteAddress());
            assertThrowsExactly(NotYetConnectedException.class, () -> ours.write(bytes("x")));
            ours.configureBlocking(blocking);
            boolean connected = ours.connect(listener.getLocalAddress());
            assertTrue(connected || !blocking);
            ours.configureBlocking(true);
            assertTrue(ours.finishConnect());
            assertThrowsExactly(AlreadyConnectedException.class, () -> ours.connect(listener.getLocalAddress()));
            try (SocketChannel jdks = listener.accept()) {
                assertEquals(jdks.getRemoteAddress(), ours.getLocalAddress());
                assertEquals(listener.getLocalAddress(), ours.getRemoteAddress());
            }
            assertEquals("end", read(ours));
        }
    }

    @Test
    void itIsLeftBlockingAfterAConnectIfItWas() throws IOException {
        int fd = raw.socket(Linux.AF_INET, Linux.SOCK_STREAM);
        int other = raw.duplicate(fd);
        try (ServerSocketChannel listener = jdkListener(); SocketChannel ours = channel(fd)) {
            assertTrue(ours.connect(listener.getLocalAddress()));
            assertEquals(0, raw.flags(other) & Linux.O_NONBLOCK);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectThatIsRefusedIsAConnectExceptionAndClosesTheChannel(boolean blocking) throws IOException {
        ServerSocketChannel closed = jdkListener();
        InetSocketAddress address = addressOf(closed);
        closed.close();
        SocketChannel ours = unconnected();
        ours.configureBlocking(blocking);
        ConnectException failure = assertThrowsExactly(ConnectException.class, () -> {
            ours.connect(address);
            ours.configureBlocking(true);
            ours.finishConnect();
        });
        assertEquals("connect(" + address + "): Connection refused (ECONNREFUSED)", failure.getMessage());
        assertFalse(ours.isOpen());
    }

    private SocketChannel pending(ServerSocketChannel listener) throws IOException {
        // listen(1) admits 2: what comes then is dropped, and tried again by the kernel.
        for (int i = 0; i < 2; i++) {
            assertEquals(0, raw.connect(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM), listener.getLocalAddress()));
        }
        return unconnected();
    }

    @Test
    void closeEndsAConnectThatWaits() throws Exception {
        try (ServerSocketChannel listener = jdkListener()) {
            SocketChannel ours = pending(listener);
            BackgroundCall<Boolean> connecting = BackgroundCall.start(() -> ours.connect(addressOf(listener))).awaitBlocked();
            ours.close();
            assertThrowsExactly(AsynchronousCloseException.class, connecting::result);
        }
    }

    @Test
    void anInterruptEndsAConnectThatWaits() throws Exception {
        try (ServerSocketChannel listener = jdkListener()) {
            SocketChannel ours = pending(listener);
            BackgroundCall<Boolean> connecting = BackgroundCall.start(() -> ours.connect(addressOf(listener))).awaitBlocked();
            connecting.interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, connecting::result);
            assertFalse(ours.isOpen());
        }
    }

    @Test
    void aConnectionThatIsBeingMadeIsPendingAlsoForWhoeverReceivesIt() throws Exception {
        try (ServerSocketChannel listener = jdkListener(); SocketChannel first = pending(listener)) {
            first.configureBlocking(false);
            assertFalse(first.connect(listener.getLocalAddress()));
            try (SocketChannel second = channel(raw.duplicateOf(first))) {
                assertTrue(second.isConnectionPending());
                second.configureBlocking(false);
                assertFalse(second.finishConnect());
                assertThrowsExactly(ConnectionPendingException.class, () -> second.connect(addressOf(listener)));
            }
        }
    }

    @Test
    void aConnectToTheWildcardIsToThisHost() throws IOException {
        try (ServerSocketChannel listener = jdkListener(); SocketChannel ours = unconnected()) {
            assertTrue(ours.connect(new InetSocketAddress("0.0.0.0", addressOf(listener).getPort())));
            assertEquals(listener.getLocalAddress(), ours.getRemoteAddress());
        }
    }

    @Test
    void whatABindOrAConnectRefusesIsRefusedInTheJdksWords() throws IOException {
        try (SocketChannel ours = unconnected()) {
            ours.bind(null);
            assertTrue(((InetSocketAddress) ours.getLocalAddress()).getPort() > 0);
            assertThrowsExactly(AlreadyBoundException.class, () -> ours.bind(null));
            assertThrowsExactly(
                    UnresolvedAddressException.class, () -> ours.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
            assertThrowsExactly(UnsupportedAddressTypeException.class, () -> ours.connect(new InetSocketAddress("::1", 1)));
            assertTrue(ours.isOpen());
        }
    }

    @Test
    void halfAConnectionCanBeShutDown() throws IOException {
        int[] ends = tcpPair(raw);
        try (SocketChannel ours = channel(ends[0]); SocketChannel far = channel(ends[1])) {
            ours.shutdownOutput();
            assertEquals("end", read(far));
            assertThrowsExactly(ClosedChannelException.class, () -> ours.write(bytes("x")));
            far.write(bytes("still"));
            assertEquals("still", read(ours));
            ours.shutdownInput();
            assertEquals("end", read(ours));
            assertTrue(ours.isOpen());
        }
    }

    @Test
    void aResetIsASocketExceptionOfEveryRead() throws IOException {
        int[] ends = tcpPair(raw);
        try (SocketChannel ours = channel(ends[0])) {
            SocketChannel far = channel(ends[1]);
            far.setOption(StandardSocketOptions.SO_LINGER, 0);
            far.close();
            for (int i = 0; i < 2; i++) {
                SocketException reset = assertThrowsExactly(SocketException.class, () -> read(ours));
                assertTrue(reset.getMessage().endsWith("Connection reset by peer (ECONNRESET)"), reset::getMessage);
            }
            assertTrue(ours.isOpen());
        }
    }

    @Test
    void aConnectionThatWasResetBeforeItCameIsConnectedAndItsReadTells() throws IOException {
        int[] ends = tcpPair(raw);
        SocketChannel far = channel(ends[1]);
        far.setOption(StandardSocketOptions.SO_LINGER, 0);
        far.close();
        try (SocketChannel ours = channel(ends[0])) {
            assertTrue(ours.isConnected());
            assertThrowsExactly(SocketException.class, () -> read(ours));
        }
    }

    @Test
    void aWriteToAConnectionThatIsGoneIsAnIoExceptionAndRaisesNoSignal() throws IOException {
        int[] ends = tcpPair(raw);
        try (SocketChannel ours = channel(ends[0])) {
            raw.close(ends[1]);
            IOException failure = null;
            while (failure == null) {
                try {
                    ours.write(ByteBuffer.allocate(1 << 10));
                } catch (IOException e) {
                    failure = e;
                }
            }
            assertTrue(failure.getMessage().startsWith("write("), failure::getMessage);
            assertTrue(ours.isOpen());
        }
    }

    @Test
    void transfersAreTriedAgainAfterASignal() throws IOException {
        int[] ends = tcpPair(raw);
        try (SocketChannel ours = channel(ends[0]); SocketChannel far = channel(ends[1])) {
            faulty.fail("send", Errno.EINTR, 2).fail("recv", Errno.EINTR, 2);
            assertEquals(5, ours.write(bytes("after")));
            assertEquals("after", read(far));
        }
    }

    @Test
    void everyTransferIsToldNotToWait() throws IOException {
        int[] ends = tcpPair(raw);
        try (SocketChannel ours = channel(ends[0])) {
            faulty.next("send", (real, arguments) -> {
                assertEquals(Linux.MSG_DONTWAIT, (int) arguments[3] & Linux.MSG_DONTWAIT);
                return real.with(arguments);
            });
            faulty.next("recv", (real, arguments) -> {
                assertEquals(Linux.MSG_DONTWAIT, (int) arguments[3] & Linux.MSG_DONTWAIT);
                return real.with(arguments);
            });
            assertEquals(1, ours.write(bytes("x")));
            raw.send(ends[1], "y");
            assertEquals("y", read(ours));
        }
    }

    @Test
    void itsTextSaysItsStateAndItsNames() throws IOException {
        int[] ends = tcpPair(raw);
        try (SocketChannel ours = channel(ends[0])) {
            String names = "local=" + ours.getLocalAddress() + " remote=" + ours.getRemoteAddress();
            assertEquals("java.nio.channels.SocketChannel[connected " + names + "]", ours.toString());
        }
    }
}
