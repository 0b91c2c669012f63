// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** In each state each method returns or throws what the same method of a TCP socket does, good arguments and bad. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class SocketStateTest {

    /** What opens a socket of TCP, and loses it, if the socket was closed before it was used; newer Java versions do not. */
    private static final Set<String> FAULTY_OF_CLOSED = Set.of("getTrafficClass", "supportedOptions");

    @TempDir
    Path folder;

    /** How far a socket has come. */
    enum State {
        NEW,
        BOUND,
        CONNECTED,
        INPUT_SHUT,
        OUTPUT_SHUT,
        CLOSED_NEW,
        CLOSED_CONNECTED
    }

    /** A use of a socket, with what it returned as a word that does not tell TCP from AF_UNIX. */
    @FunctionalInterface
    interface Use {
        Object of(Socket socket, SocketPairKind kind) throws Exception;
    }

    /** A use without a result. */
    @FunctionalInterface
    interface Call {
        void on(Socket socket) throws Exception;
    }

    private static final Map<String, Use> USES = new LinkedHashMap<>();

    private static void use(String name, Use use) {
        USES.put(name, use);
    }

    private static void call(String name, Call call) {
        use(name, (socket, kind) -> {
            call.on(socket);
            return "returned";
        });
    }

    private static Object known(Object any) {
        return any == null ? "null" : "known";
    }

    private static Object sign(int number) {
        return Integer.signum(Math.min(number, 0)); // a port of TCP is more than 0, and here is 0
    }

    private static Object what(InetAddress address) {
        return address == null ? "null" : address.isAnyLocalAddress() ? "wildcard" : address.isLoopbackAddress() ? "loopback" : address;
    }

    private static SocketAddress foreign(SocketPairKind kind) {
        return kind.isUnix() ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 1) : UnixDomainSocketAddress.of("/foreign");
    }

    private static SocketAddress missing(SocketPairKind kind) throws IOException {
        return kind.isUnix() ? UnixDomainSocketAddress.of("/nothing/listens") : new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a caller without generics
    private static void setRaw(Socket socket, SocketOption name, Object value) throws IOException {
        socket.setOption(name, value);
    }

    static {
        call("connect(null)", socket -> socket.connect(null));
        call("connect(null, -1)", socket -> socket.connect(null, -1));
        use("connect(foreign)", (socket, kind) -> {
            socket.connect(foreign(kind));
            return "connected";
        });
        use("connect(foreign, -1)", (socket, kind) -> {
            socket.connect(foreign(kind), -1);
            return "connected";
        });
        use("connect(missing)", (socket, kind) -> {
            socket.connect(missing(kind));
            return "connected";
        });
        use("connect(missing, -1)", (socket, kind) -> {
            socket.connect(missing(kind), -1);
            return "connected";
        });
        use("bind(foreign)", (socket, kind) -> {
            socket.bind(foreign(kind));
            return "bound";
        });
        call("bind(null)", socket -> socket.bind(null));
        call("getInputStream", Socket::getInputStream);
        call("getOutputStream", Socket::getOutputStream);
        call("shutdownInput", Socket::shutdownInput);
        call("shutdownOutput", Socket::shutdownOutput);
        call("close", Socket::close);
        use("isBound", (socket, kind) -> socket.isBound());
        use("isConnected", (socket, kind) -> socket.isConnected());
        use("isClosed", (socket, kind) -> socket.isClosed());
        use("isInputShutdown", (socket, kind) -> socket.isInputShutdown());
        use("isOutputShutdown", (socket, kind) -> socket.isOutputShutdown());
        use("getInetAddress", (socket, kind) -> what(socket.getInetAddress()));
        use("getLocalAddress", (socket, kind) -> what(socket.getLocalAddress()));
        use("getPort", (socket, kind) -> sign(socket.getPort()));
        use("getLocalPort", (socket, kind) -> sign(socket.getLocalPort()));
        use("getRemoteSocketAddress", (socket, kind) -> known(socket.getRemoteSocketAddress()));
        use("getLocalSocketAddress", (socket, kind) -> known(socket.getLocalSocketAddress()));
        use("toString", (socket, kind) -> known(socket.toString()));
        use("supportedOptions", (socket, kind) -> socket.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY));
        useOptions();
    }

    private static void useOptions() {
        use("getTcpNoDelay", (socket, kind) -> socket.getTcpNoDelay());
        use("getKeepAlive", (socket, kind) -> socket.getKeepAlive());
        use("getReuseAddress", (socket, kind) -> socket.getReuseAddress());
        use("getOOBInline", (socket, kind) -> socket.getOOBInline());
        use("getTrafficClass", (socket, kind) -> socket.getTrafficClass());
        use("getSoLinger", (socket, kind) -> socket.getSoLinger());
        use("getSoTimeout", (socket, kind) -> socket.getSoTimeout());
        use("getSendBufferSize", (socket, kind) -> socket.getSendBufferSize() > 0);
        use("getReceiveBufferSize", (socket, kind) -> socket.getReceiveBufferSize() > 0);
        for (boolean on : new boolean[] {true, false}) {
            use("setTcpNoDelay " + on, (socket, kind) -> {
                socket.setTcpNoDelay(on);
                return socket.getTcpNoDelay();
            });
            use("setKeepAlive " + on, (socket, kind) -> {
                socket.setKeepAlive(on);
                return socket.getKeepAlive();
            });
            use("setReuseAddress " + on, (socket, kind) -> {
                socket.setReuseAddress(on);
                return socket.getReuseAddress();
            });
            use("setOOBInline " + on, (socket, kind) -> {
                socket.setOOBInline(on);
                return socket.getOOBInline();
            });
        }
        for (int value : new int[] {-1, 0, 1, 255, 256}) {
            use("setTrafficClass " + value, (socket, kind) -> {
                socket.setTrafficClass(value);
                return "set";
            });
            use("setSoTimeout " + value, (socket, kind) -> {
                socket.setSoTimeout(value);
                return socket.getSoTimeout();
            });
        }
        for (int value : new int[] {-1, 0, 30_000}) {
            use("setSendBufferSize " + value, (socket, kind) -> {
                socket.setSendBufferSize(value);
                return socket.getSendBufferSize() >= value;
            });
            use("setReceiveBufferSize " + value, (socket, kind) -> {
                socket.setReceiveBufferSize(value);
                return socket.getReceiveBufferSize() >= value;
            });
        }
        for (int value : new int[] {-1, 0, 5, 70_000}) {
            use("setSoLinger true " + value, (socket, kind) -> {
                socket.setSoLinger(true, value);
                return socket.getSoLinger();
            });
            use("setSoLinger false " + value, (socket, kind) -> {
                socket.setSoLinger(false, value);
                return socket.getSoLinger();
            });
        }
        call("setPerformancePreferences", socket -> socket.setPerformancePreferences(1, 2, 3));
        call("setOption(null, null)", socket -> socket.setOption(null, null));
        call("getOption(null)", socket -> socket.getOption(null));
        call("setOption(SO_SNDBUF, null)", socket -> socket.setOption(StandardSocketOptions.SO_SNDBUF, null));
        call("setOption(SO_SNDBUF, -1)", socket -> socket.setOption(StandardSocketOptions.SO_SNDBUF, -1));
        call("setOption(SO_SNDBUF, text)", socket -> setRaw(socket, StandardSocketOptions.SO_SNDBUF, "text"));
        call("setOption(TCP_NODELAY, null)", socket -> socket.setOption(StandardSocketOptions.TCP_NODELAY, null));
        call("setOption(TCP_NODELAY, 1)", socket -> setRaw(socket, StandardSocketOptions.TCP_NODELAY, 1));
        call("setOption(IP_MULTICAST_TTL, 1)", socket -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1));
        call("getOption(IP_MULTICAST_TTL)", socket -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
        use("getOption(TCP_NODELAY)", (socket, kind) -> socket.getOption(StandardSocketOptions.TCP_NODELAY));
        use("getOption(SO_LINGER)", (socket, kind) -> socket.getOption(StandardSocketOptions.SO_LINGER));
        use("getOption(IP_TOS)", (socket, kind) -> socket.getOption(StandardSocketOptions.IP_TOS));
    }

    static Stream<Arguments> states() {
        return Stream.of(SocketPairKind.values())
                .filter(SocketPairKind::isUnix)
                .flatMap(kind -> Stream.of(State.values()).map(state -> Arguments.of(kind, state)));
    }

    @ParameterizedTest
    @MethodSource("states")
    void eachMethodDoesWhatThatOfTcpDoes(SocketPairKind kind, State state) throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        Map<String, String> actual = new LinkedHashMap<>();
        for (Map.Entry<String, Use> each : USES.entrySet()) {
            if (state == State.CLOSED_NEW && FAULTY_OF_CLOSED.contains(each.getKey())) {
                continue;
            }
            expected.put(each.getKey(), outcome(SocketPairKind.TCP, state, each.getValue()));
            actual.put(each.getKey(), outcome(kind, state, each.getValue()));
        }
        assertEquals(String.join("\n", lines(expected)), String.join("\n", lines(actual)));
    }

    private static Iterable<String> lines(Map<String, String> outcomes) {
        return outcomes.entrySet().stream().map(Map.Entry::toString).toList();
    }

    private String outcome(SocketPairKind kind, State state, Use use) throws Exception {
        try (Closeable peer = open(kind, state)) {
            Socket socket = peer instanceof SocketPairKind.Pair pair ? pair.client() : (Socket) peer;
            try {
                return String.valueOf(use.of(socket, kind));
            } catch (Exception e) {
                return e.getClass().getName();
            }
        }
    }

    /** A socket, or a pair with the socket as its client. */
    private Closeable open(SocketPairKind kind, State state) throws IOException {
        if (state == State.NEW || state == State.BOUND || state == State.CLOSED_NEW) {
            Socket socket = kind.openSocket();
            if (state == State.BOUND) {
                socket.bind(kind.isUnix() ? null : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            } else if (state == State.CLOSED_NEW) {
                socket.close();
            }
            return socket;
        }
        SocketPairKind.Pair pair = kind.connect(folder);
        switch (state) {
            case INPUT_SHUT -> pair.client().shutdownInput();
            case OUTPUT_SHUT -> pair.client().shutdownOutput();
            case CLOSED_CONNECTED -> pair.client().close();
            default -> { }
        }
        return pair;
    }
}
