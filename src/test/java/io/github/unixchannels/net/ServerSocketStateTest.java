// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** In each state each method returns or throws what the same method of a TCP server socket does, good arguments and bad. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class ServerSocketStateTest {

    @TempDir
    Path folder;

    /** How far a socket has come. */
    enum State {
        NEW,
        BOUND,
        CLOSED_NEW,
        CLOSED_BOUND
    }

    /** A use of a socket, with what it returned as a word that does not tell TCP from AF_UNIX. */
    @FunctionalInterface
    private interface Use {
        Object of(ServerSocket socket, SocketPairKind kind) throws Exception;
    }

    private final Map<String, Use> uses = new LinkedHashMap<>();

    @SuppressWarnings({"unchecked", "rawtypes"}) // a caller without generics
    private static Object setRaw(ServerSocket socket, SocketOption name, Object value) throws IOException {
        socket.setOption(name, value);
        return "set";
    }

    private SocketAddress address(SocketPairKind kind) {
        return kind.isUnix()
                ? UnixDomainSocketAddress.of(folder.resolve("s"))
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static SocketAddress foreign(SocketPairKind kind) {
        return kind.isUnix() ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0) : UnixDomainSocketAddress.of("/foreign");
    }

    private static Object what(InetAddress address) {
        return address == null ? "null" : address.isLoopbackAddress() ? "loopback" : address;
    }

    private static Object known(Object any) {
        return any == null ? "null" : "known";
    }

    private void defineUses() {
        uses.put("bind(address)", (socket, kind) -> {
            socket.bind(address(kind));
            return socket.isBound();
        });
        uses.put("bind(address, -1)", (socket, kind) -> {
            socket.bind(address(kind), -1);
            return socket.isBound();
        });
        uses.put("bind(foreign)", (socket, kind) -> {
            socket.bind(foreign(kind));
            return socket.isBound();
        });
        uses.put("bind(null)", (socket, kind) -> {
            socket.bind(null);
            if (socket.getLocalSocketAddress() instanceof UnixDomainSocketAddress path) {
                Files.deleteIfExists(path.getPath());
            }
            return socket.isBound();
        });
        uses.put("accept", (socket, kind) -> {
            if (!socket.isClosed()) {
                socket.setSoTimeout(1);
            }
            return socket.accept();
        });
        uses.put("close", (socket, kind) -> {
            socket.close();
            return socket.isClosed();
        });
        uses.put("isBound", (socket, kind) -> socket.isBound());
        uses.put("isClosed", (socket, kind) -> socket.isClosed());
        uses.put("getInetAddress", (socket, kind) -> what(socket.getInetAddress()));
        uses.put("getLocalPort", (socket, kind) -> Math.min(socket.getLocalPort(), 0));
        uses.put("getLocalSocketAddress", (socket, kind) -> known(socket.getLocalSocketAddress()));
        uses.put("toString", (socket, kind) -> known(socket.toString()));
        uses.put("getSoTimeout", (socket, kind) -> socket.getSoTimeout());
        for (int value : new int[] {-1, 0, 30_000}) {
            uses.put("setSoTimeout " + value, (socket, kind) -> {
                socket.setSoTimeout(value);
                return socket.getSoTimeout();
            });
            uses.put("setReceiveBufferSize " + value, (socket, kind) -> {
                socket.setReceiveBufferSize(value);
                return socket.getReceiveBufferSize() >= value;
            });
        }
        for (boolean on : new boolean[] {true, false}) {
            uses.put("setReuseAddress " + on, (socket, kind) -> {
                socket.setReuseAddress(on);
                return socket.getReuseAddress();
            });
        }
        uses.put("getReuseAddress", (socket, kind) -> known(socket.getReuseAddress()));
        uses.put("getReceiveBufferSize", (socket, kind) -> socket.getReceiveBufferSize() > 0);
        uses.put("setPerformancePreferences", (socket, kind) -> {
            socket.setPerformancePreferences(1, 2, 3);
            return "set";
        });
        uses.put("setOption(null, null)", (socket, kind) -> socket.setOption(null, null));
        uses.put("getOption(null)", (socket, kind) -> socket.getOption(null));
        uses.put("setOption(SO_RCVBUF, null)", (socket, kind) -> socket.setOption(StandardSocketOptions.SO_RCVBUF, null));
        uses.put("setOption(SO_RCVBUF, text)", (socket, kind) -> setRaw(socket, StandardSocketOptions.SO_RCVBUF, "text"));
        uses.put("setOption(SO_REUSEADDR, 1)", (socket, kind) -> setRaw(socket, StandardSocketOptions.SO_REUSEADDR, 1));
        uses.put("setOption(SO_LINGER, 1)", (socket, kind) -> socket.setOption(StandardSocketOptions.SO_LINGER, 1));
        uses.put("getOption(SO_LINGER)", (socket, kind) -> socket.getOption(StandardSocketOptions.SO_LINGER));
    }

    static Stream<Arguments> states() {
        return Stream.of(SocketPairKind.values())
                .filter(SocketPairKind::isUnix)
                .flatMap(kind -> Stream.of(State.values()).map(state -> Arguments.of(kind, state)));
    }

    @ParameterizedTest
    @MethodSource("states")
    void eachMethodDoesWhatThatOfTcpDoes(SocketPairKind kind, State state) throws Exception {
        defineUses();
        StringBuilder expected = new StringBuilder();
        StringBuilder actual = new StringBuilder();
        for (Map.Entry<String, Use> each : uses.entrySet()) {
            expected.append(each.getKey()).append('=').append(outcome(SocketPairKind.TCP, state, each.getValue())).append('\n');
            actual.append(each.getKey()).append('=').append(outcome(kind, state, each.getValue())).append('\n');
        }
        assertEquals(expected.toString(), actual.toString());
    }

    private String outcome(SocketPairKind kind, State state, Use use) throws Exception {
        try (ServerSocket socket = open(kind, state)) {
            return String.valueOf(use.of(socket, kind));
        } catch (Exception e) {
            return e.getClass().getName();
        } finally {
            Files.deleteIfExists(folder.resolve("s"));
        }
    }

    private ServerSocket open(SocketPairKind kind, State state) throws IOException {
        ServerSocket socket = kind.openServer();
        if (state == State.BOUND || state == State.CLOSED_BOUND) {
            socket.bind(address(kind));
        }
        if (state == State.CLOSED_NEW || state == State.CLOSED_BOUND) {
            socket.close();
        }
        return socket;
    }
}
