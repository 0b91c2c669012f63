// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Socket options: which there are, what is refused in which order, and the JDK's conventions for sizes and linger. */
@ExtendWith(NothingLeaks.class)
class SocketOptionTest {

    private static final SocketOption<Integer> SNDBUF = StandardSocketOptions.SO_SNDBUF;
    private static final SocketOption<Integer> RCVBUF = StandardSocketOptions.SO_RCVBUF;
    private static final SocketOption<Integer> LINGER = StandardSocketOptions.SO_LINGER;
    private static final Set<SocketOption<Boolean>> INHERITED = Set.of(
            UnixSocketOptions.SO_PASSCRED, UnixSocketOptions.SO_PASSPIDFD, UnixSocketOptions.SO_PASSSEC, UnixSocketOptions.SO_PASSRIGHTS);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void theOptionsAreTheJdksAndThoseOfAfUnix(SocketKind kind) throws IOException {
        Set<SocketOption<?>> expected = new HashSet<>(Set.of(SNDBUF, RCVBUF, LINGER, ExtendedSocketOptions.SO_PEERCRED));
        Set<SocketOption<?>> ofListeners = new HashSet<>(Set.of(RCVBUF));
        if (kind.isOurs()) {
            ofListeners.addAll(INHERITED);
            ofListeners.add(UnixSocketOptions.SO_RCVTIMEO);
            expected.addAll(Set.of(UnixSocketOptions.SO_RCVTIMEO, UnixSocketOptions.SO_SNDTIMEO));
            expected.addAll(INHERITED);
            expected.addAll(Set.of(
                    UnixSocketOptions.SO_PEERCRED, UnixSocketOptions.SO_PEERGROUPS, UnixSocketOptions.SO_PEERPIDFD,
                    UnixSocketOptions.SO_PEERSEC, UnixSocketOptions.SO_TIMESTAMP));
        }
        try (SocketChannel channel = kind.openSocket(); ServerSocketChannel server = kind.openServer()) {
            assertEquals(expected, channel.supportedOptions());
            assertEquals(ofListeners, server.supportedOptions());
            for (NetworkChannel each : new NetworkChannel[] {channel, server}) {
                assertThrows(UnsupportedOperationException.class, () -> each.supportedOptions().clear());
                assertThrows(UnsupportedOperationException.class, () -> each.supportedOptions().add(LINGER));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nullIsRefusedFirstThenWhatIsNotSupportedThenAWrongValueThenAClosedChannel(SocketKind kind) throws IOException {
        SocketChannel channel = kind.openSocket();
        ServerSocketChannel server = kind.openServer();
        for (boolean open : new boolean[] {true, false}) {
            for (NetworkChannel each : new NetworkChannel[] {channel, server}) {
                if (!open) {
                    each.close();
                }
                assertThrows(NullPointerException.class, () -> each.setOption(null, null));
                assertThrows(NullPointerException.class, () -> each.getOption(null));
                assertNotSupported("TCP_NODELAY", () -> each.setOption(StandardSocketOptions.TCP_NODELAY, null));
                assertNotSupported("TCP_NODELAY", () -> each.getOption(StandardSocketOptions.TCP_NODELAY));
                assertNotSupported("SO_REUSEADDR", () -> each.setOption(StandardSocketOptions.SO_REUSEADDR, true));
                assertInvalid("Invalid value 'null'", () -> each.setOption(RCVBUF, null));
                assertInvalid("Invalid value 'many'", () -> setRaw(each, RCVBUF, "many"));
                assertInvalid("Invalid value '4096'", () -> setRaw(each, RCVBUF, 4096L));
            }
            assertNotSupported("SO_SNDBUF", () -> server.getOption(SNDBUF));
            assertNotSupported("SO_LINGER", () -> server.setOption(LINGER, 1));
        }
        assertThrows(ClosedChannelException.class, () -> channel.setOption(SNDBUF, -1));
        assertThrows(ClosedChannelException.class, () -> channel.getOption(LINGER));
        assertThrows(ClosedChannelException.class, () -> channel.getOption(ExtendedSocketOptions.SO_PEERCRED));
        assertThrows(ClosedChannelException.class, () -> server.setOption(RCVBUF, -1));
        assertThrows(ClosedChannelException.class, () -> server.getOption(RCVBUF));
    }

    private static void assertNotSupported(String name, Executable call) {
        assertEquals("'" + name + "' not supported", assertThrows(UnsupportedOperationException.class, call).getMessage());
    }

    private static void assertInvalid(String text, Executable call) {
        assertEquals(text, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @SuppressWarnings("unchecked") // a value of the wrong type, as raw code may pass it
    private static void setRaw(NetworkChannel channel, SocketOption<?> name, Object value) throws IOException {
        channel.setOption((SocketOption<Object>) name, value);
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void bufferSizesReadAsTheJdkReadsThem(SocketKind kind) throws IOException {
        try (SocketChannel ours = kind.openSocket();
                SocketChannel jdk = SocketKind.JDK.openSocket();
                ServerSocketChannel ourServer = kind.openServer();
                ServerSocketChannel jdkServer = SocketKind.JDK.openServer()) {
            assertEquals(jdk.getOption(SNDBUF), ours.getOption(SNDBUF));
            assertEquals(jdk.getOption(RCVBUF), ours.getOption(RCVBUF));
            assertEquals(jdkServer.getOption(RCVBUF), ourServer.getOption(RCVBUF));
            for (int bytes : new int[] {0, 1, 1000, 1024, 1152, 2304, 5000, 65536, 100_000, 1 << 30, Integer.MAX_VALUE}) {
                for (SocketOption<Integer> option : Set.of(SNDBUF, RCVBUF)) {
                    assertEquals(
                            jdk.setOption(option, bytes).getOption(option),
                            ours.setOption(option, bytes).getOption(option),
                            option + " " + bytes);
                }
                assertEquals(
                        jdkServer.setOption(RCVBUF, bytes).getOption(RCVBUF),
                        ourServer.setOption(RCVBUF, bytes).getOption(RCVBUF));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNegativeBufferSizeIsRefusedAndNothingIsSet(SocketKind kind) throws IOException {
        try (SocketChannel channel = kind.openSocket(); ServerSocketChannel server = kind.openServer()) {
            int before = channel.getOption(SNDBUF);
            for (int bytes : new int[] {-1, Integer.MIN_VALUE}) {
                String either = "Invalid send/receive buffer size";
                String send = kind.isOurs() ? "Invalid send buffer size: " + bytes : either;
                String receive = kind.isOurs() ? "Invalid receive buffer size: " + bytes : either;
                assertInvalid(send, () -> channel.setOption(SNDBUF, bytes));
                assertInvalid(receive, () -> channel.setOption(RCVBUF, bytes));
                assertInvalid(receive, () -> server.setOption(RCVBUF, bytes));
            }
            assertEquals(before, channel.getOption(SNDBUF));
        }
    }

    @ParameterizedTest
    @EnumSource
    void lingerDoesNotKeepBackWhatWasSent(SocketKind kind) throws IOException {
        for (int seconds : new int[] {-1, 0, 60}) {
            try (ConnectedSockets sockets = kind.connect(folder)) {
                sockets.client().setOption(LINGER, seconds);
                sockets.client().write(ByteBuffer.wrap(new byte[] {1, 2}));
                sockets.client().close();
                assertEquals(2, sockets.accepted().read(ByteBuffer.allocate(8)));
                assertEquals(-1, sockets.accepted().read(ByteBuffer.allocate(8)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void theSendBufferLimitsAMessageOrAWrite(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = kind.connect(folder)) {
            sockets.client().setOption(SNDBUF, 4096).configureBlocking(false);
            ByteBuffer large = ByteBuffer.allocate(200_000);
            if (kind == SocketKind.STREAM) {
                assertTrue(sockets.client().write(large) < large.capacity());
                return;
            }
            String remote = sockets.client().getRemoteAddress().toString();
            IOException thrown = assertThrows(IOException.class, () -> sockets.client().write(large));
            assertEquals(
                    "write(" + remote + "): a message of 200000 bytes is longer than the 8160 bytes that SO_SNDBUF allows (EMSGSIZE)",
                    thrown.getMessage());
            assertEquals(0, large.position());
            assertEquals(8160, sockets.client().write(large.limit(8160)));
        }
    }
}
