// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends an operation of a socket that waits, and what does not: a close, half a close, an interrupt. */
@ExtendWith({PlatformPollers.class, NothingLeaks.class})
class SocketEndTest {

    private static final byte[] MUCH = new byte[8 << 20];

    @TempDir
    Path folder;

    /** Each kind, with virtual threads and without, with a time limit and without. */
    static Stream<Arguments> kinds() {
        return Stream.of(SocketPairKind.values())
                .flatMap(kind -> Stream.of(false, true)
                        .flatMap(virtual -> Stream.of(0, 60_000).map(timeout -> Arguments.of(kind, virtual, timeout))));
    }

    private static <T> BackgroundCall<T> start(Callable<T> call, boolean virtual) {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
        return virtual ? BackgroundCall.startVirtual(call).awaitParked() : BackgroundCall.start(call).awaitBlocked();
    }

    private static Callable<Void> write(Socket socket) {
        return () -> {
            for (int i = 0; i < MUCH.length; i += 1 << 10) {
                socket.getOutputStream().write(MUCH, 0, 1 << 10);
            }
            return null;
        };
    }

    private SocketAddress address(SocketPairKind kind) {
        return kind.isUnix()
                ? UnixDomainSocketAddress.of(folder.resolve("s"))
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void close(Closeable closeable) throws IOException {
        closeable.close();
    }

    private static void assertClosed(BackgroundCall<?> call) {
        assertEquals("Socket closed", assertThrowsExactly(SocketException.class, call::result).getMessage());
        assertFalse(call.wasInterrupted());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aCloseEndsARead(SocketPairKind kind, boolean virtual, int timeoutMillis) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.client().setSoTimeout(timeoutMillis);
            BackgroundCall<Integer> reading = start(pair.client().getInputStream()::read, virtual);
            pair.client().close();
            assertClosed(reading);
            assertEquals(-1, pair.accepted().getInputStream().read());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aCloseEndsAWrite(SocketPairKind kind, boolean virtual, int timeoutMillis) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            BackgroundCall<Void> writing = start(write(pair.client()), virtual);
            pair.client().close();
            assertClosed(writing);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aCloseEndsAnAccept(SocketPairKind kind, boolean virtual, int timeoutMillis) throws Exception {
        try (ServerSocket server = kind.openServer()) {
            server.bind(address(kind));
            server.setSoTimeout(timeoutMillis);
            BackgroundCall<Socket> accepting = start(server::accept, virtual);
            close(server);
            assertClosed(accepting);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aCloseEndsAConnect(SocketPairKind kind, boolean virtual, int timeoutMillis) throws Exception {
        assumeTrue(kind.isUnix(), "a full backlog of TCP loses packets");
        try (FilledBacklog backlog = new FilledBacklog(kind.channels(), folder);
                Socket socket = kind.openSocket()) {
            BackgroundCall<Void> connecting = start(() -> {
                socket.connect(backlog.address(), timeoutMillis);
                return null;
            }, virtual);
            close(socket);
            assertClosed(connecting);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aCloseOfTheChannelEndsARead(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            BackgroundCall<Integer> reading = start(pair.client().getInputStream()::read, false);
            pair.client().getChannel().close();
            assertClosed(reading);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aCloseOfTheChannelClosesTheSocket(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.client().getChannel().close();
            assertTrue(pair.client().isClosed());
            assertThrowsExactly(SocketException.class, pair.client()::getInputStream);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseOfAStreamClosesTheSocket(SocketPairKind kind) throws Exception {
        for (boolean input : new boolean[] {true, false}) {
            try (SocketPairKind.Pair pair = kind.connect(folder)) {
                InputStream in = pair.client().getInputStream();
                OutputStream out = pair.client().getOutputStream();
                (input ? in : out).close();
                assertTrue(pair.client().isClosed());
                assertEquals("Socket closed", assertThrowsExactly(SocketException.class, in::read).getMessage());
                assertEquals("Socket closed", assertThrowsExactly(SocketException.class, () -> out.write(1)).getMessage());
                assertThrowsExactly(SocketException.class, in::available);
                (input ? out : in).close();
                pair.client().close();
                assertEquals(-1, pair.accepted().getInputStream().read());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aShutdownOfTheOutputEndsAWrite(SocketPairKind kind, boolean virtual, int timeoutMillis) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            BackgroundCall<Void> writing = start(write(pair.client()), virtual);
            pair.client().shutdownOutput();
            assertThrowsExactly(SocketException.class, writing::result);
            assertFalse(pair.client().isClosed());
        }
    }

    @ParameterizedTest
    @EnumSource
    void halfACloseEndsOneDirection(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            OutputStream out = pair.client().getOutputStream();
            out.write(1);
            pair.client().shutdownOutput();
            assertTrue(pair.client().isOutputShutdown());
            assertEquals(1, pair.accepted().getInputStream().read());
            assertEquals(-1, pair.accepted().getInputStream().read());
            assertThrows(SocketException.class, () -> out.write(1));
            pair.accepted().getOutputStream().write(2);
            assertEquals(2, pair.client().getInputStream().read());

            BackgroundCall<Integer> reading = start(pair.client().getInputStream()::read, false);
            pair.client().shutdownInput();
            assertEquals(-1, reading.result());
            assertTrue(pair.client().isInputShutdown());
            assertFalse(pair.client().isClosed());
            assertFalse(pair.accepted().isInputShutdown());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anInterruptOfAPlatformThreadEndsNoRead(SocketPairKind kind, boolean virtual, int timeoutMillis) throws Exception {
        assumeTrue(!virtual, "of platform threads");
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.client().setSoTimeout(timeoutMillis);
            BackgroundCall<Integer> reading = start(pair.client().getInputStream()::read, false);
            reading.interrupt();
            reading.awaitBlocked();
            reading.interrupt();
            pair.accepted().getOutputStream().write(7);
            assertEquals(7, reading.result());
            assertTrue(reading.wasInterrupted());
            assertFalse(pair.client().isClosed());

            Thread.currentThread().interrupt(); // and neither one that was interrupted before
            pair.accepted().getOutputStream().write(8);
            assertEquals(8, pair.client().getInputStream().read());
            assertTrue(Thread.interrupted());
            BackgroundCall<Integer> interrupted = BackgroundCall.start(() -> {
                Thread.currentThread().interrupt();
                return pair.client().getInputStream().read();
            }).awaitBlocked();
            pair.accepted().getOutputStream().write(9);
            assertEquals(9, interrupted.result());
            assertTrue(interrupted.wasInterrupted());
        } finally {
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptOfAPlatformThreadEndsNoWriteAndNoAccept(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder);
                ServerSocket server = kind.openServer()) {
            BackgroundCall<Void> writing = start(write(pair.client()), false);
            writing.interrupt();
            pair.accepted().getInputStream().skipNBytes(MUCH.length);
            writing.result();
            assertTrue(writing.wasInterrupted());

            server.bind(address(kind));
            BackgroundCall<Socket> accepting = start(server::accept, false);
            accepting.interrupt();
            try (Socket client = kind.openSocket()) {
                client.connect(server.getLocalSocketAddress());
                accepting.result().close();
                assertTrue(accepting.wasInterrupted());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptOfAPlatformThreadEndsNoConnect(SocketPairKind kind) throws Exception {
        assumeTrue(kind.isUnix(), "a full backlog of TCP loses packets");
        try (FilledBacklog backlog = new FilledBacklog(kind.channels(), folder);
                Socket socket = kind.openSocket()) {
            BackgroundCall<Void> connecting = start(() -> {
                socket.connect(backlog.address());
                return null;
            }, false);
            connecting.interrupt();
            backlog.makeRoom();
            connecting.result();
            assertTrue(connecting.wasInterrupted());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anInterruptOfAVirtualThreadThatWaitsClosesTheSocket(SocketPairKind kind, boolean virtual, int timeoutMillis) throws Exception {
        assumeTrue(virtual, "of virtual threads");
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.client().setSoTimeout(timeoutMillis);
            BackgroundCall<Integer> reading = start(pair.client().getInputStream()::read, true);
            reading.interrupt();
            assertInterrupted(reading);
            assertTrue(pair.client().isClosed());
        }
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            BackgroundCall<Void> writing = start(write(pair.client()), true);
            writing.interrupt();
            assertInterrupted(writing);
            assertTrue(pair.client().isClosed());
        }
        try (ServerSocket server = kind.openServer()) {
            server.bind(address(kind));
            server.setSoTimeout(timeoutMillis);
            BackgroundCall<Socket> accepting = start(server::accept, true);
            accepting.interrupt();
            assertInterrupted(accepting);
            assertTrue(server.isClosed());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anInterruptOfAVirtualThreadThatConnectsClosesTheSocket(SocketPairKind kind, boolean virtual, int timeoutMillis)
            throws Exception {
        assumeTrue(virtual && kind.isUnix(), "of virtual threads; a full backlog of TCP loses packets");
        try (FilledBacklog backlog = new FilledBacklog(kind.channels(), folder);
                Socket socket = kind.openSocket()) {
            BackgroundCall<Void> connecting = start(() -> {
                socket.connect(backlog.address(), timeoutMillis);
                return null;
            }, true);
            connecting.interrupt();
            assertInterrupted(connecting);
            assertTrue(socket.isClosed());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedVirtualThreadReadsWhatIsThere(SocketPairKind kind) throws Exception {
        assumeTrue(VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.accepted().getOutputStream().write(7);
            BackgroundCall.soon().until(() -> pair.client().getInputStream().available() == 1);
            BackgroundCall<Integer> reading = BackgroundCall.startVirtual(() -> {
                Thread.currentThread().interrupt();
                return pair.client().getInputStream().read();
            });
            assertEquals(7, reading.result());
            assertTrue(reading.wasInterrupted());
            assertFalse(pair.client().isClosed());
        }
    }

    private static void assertInterrupted(BackgroundCall<?> call) {
        assertEquals("Closed by interrupt", assertThrowsExactly(SocketException.class, call::result).getMessage());
        assertTrue(call.wasInterrupted());
    }
}
