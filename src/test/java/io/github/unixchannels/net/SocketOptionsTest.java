// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which options of a socket are those of its channel, and which are remembered only. {@link SocketStateTest} has what methods return. */
@ExtendWith(NothingLeaks.class)
class SocketOptionsTest {

    /** What only TCP has, with two values each. */
    private static final Map<SocketOption<?>, Object[]> INERT = Map.of(
            StandardSocketOptions.TCP_NODELAY, new Object[] {true, false},
            StandardSocketOptions.SO_KEEPALIVE, new Object[] {true, false},
            StandardSocketOptions.SO_REUSEADDR, new Object[] {true, false},
            StandardSocketOptions.SO_REUSEPORT, new Object[] {true, false},
            StandardSocketOptions.IP_TOS, new Object[] {16, 0},
            ExtendedSocketOptions.TCP_KEEPIDLE, new Object[] {30, 60},
            ExtendedSocketOptions.TCP_QUICKACK, new Object[] {true, false});

    @TempDir
    Path folder;

    @SuppressWarnings({"unchecked", "rawtypes"}) // options of several types in one table
    private static void set(Socket socket, SocketOption name, Object value) throws IOException {
        socket.setOption(name, value);
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void whatOnlyTcpHasIsRemembered(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            for (Map.Entry<SocketOption<?>, Object[]> each : INERT.entrySet()) {
                for (Object value : each.getValue()) {
                    set(pair.client(), each.getKey(), value);
                    assertEquals(value, pair.client().getOption(each.getKey()));
                }
            }
            assertEquals(false, pair.accepted().getOption(StandardSocketOptions.TCP_NODELAY));
            assertEquals(0, pair.accepted().getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
            pair.client().getOutputStream().write(1);
            assertEquals(1, pair.accepted().getInputStream().read());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void whatTheChannelHasIsTheChannels(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            Socket socket = pair.client();
            socket.setSendBufferSize(20_000);
            assertEquals(20_000, socket.getChannel().getOption(StandardSocketOptions.SO_SNDBUF));
            socket.getChannel().setOption(StandardSocketOptions.SO_SNDBUF, 30_000);
            assertEquals(30_000, socket.getSendBufferSize());
            socket.setReceiveBufferSize(20_000);
            assertEquals(20_000, socket.getChannel().getOption(StandardSocketOptions.SO_RCVBUF));
            socket.setSoLinger(true, 5);
            assertEquals(5, socket.getChannel().getOption(StandardSocketOptions.SO_LINGER));
            socket.setSoLinger(false, 5);
            assertEquals(-1, socket.getChannel().getOption(StandardSocketOptions.SO_LINGER));
            Set<SocketOption<?>> supported = socket.supportedOptions();
            assertTrue(supported.containsAll(socket.getChannel().supportedOptions()));
            assertTrue(supported.contains(StandardSocketOptions.TCP_NODELAY));
        }
    }

    @Test
    void theCredentialsOfThePeerAreAnOption() throws Exception {
        try (SocketPairKind.Pair pair = SocketPairKind.STREAM.connect(folder)) {
            assertEquals(ProcessHandle.current().pid(), pair.accepted().getOption(UnixSocketOptions.SO_PEERCRED).pid());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void urgentDataIsRefused(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            SocketException e = assertThrowsExactly(SocketException.class, () -> pair.client().sendUrgentData(1));
            assertEquals("Urgent data not supported", e.getMessage());
            pair.client().setOOBInline(true);
            assertTrue(pair.client().getOOBInline());
            assertEquals(0, pair.accepted().getInputStream().available());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aServerHasTheOptionsOfItsChannelAndThoseOfTcp(SocketPairKind kind) throws Exception {
        try (ServerSocket server = kind.openServer()) {
            server.setReceiveBufferSize(20_000);
            assertEquals(20_000, server.getChannel().getOption(StandardSocketOptions.SO_RCVBUF));
            server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            assertEquals(true, server.getOption(StandardSocketOptions.SO_REUSEPORT));
            assertTrue(server.supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR));
            assertTrue(server.supportedOptions().containsAll(server.getChannel().supportedOptions()));
        }
        ServerSocket closed = kind.openServer();
        closed.close();
        assertFalse(closed.supportedOptions().contains(StandardSocketOptions.SO_RCVBUF));
    }
}
