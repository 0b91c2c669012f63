// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Time limits of sockets: what they end, and what goes on afterwards. */
@ExtendWith(NothingLeaks.class)
class SocketTimeoutTest {

    private static final int LONG_MILLIS = 60_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aReadThatTimesOutLosesNothing(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            Semaphore timedOut = new Semaphore(0);
            int many = 200;
            BackgroundCall<Void> writing = BackgroundCall.start(() -> {
                for (int i = 0; i < many; i++) {
                    timedOut.acquire();
                    timedOut.drainPermits();
                    pair.client().getOutputStream().write(new byte[] {(byte) i, (byte) (i + 1), (byte) (i + 2)});
                }
                return null;
            });
            pair.accepted().setSoTimeout(1);
            InputStream in = pair.accepted().getInputStream();
            for (int i = 0; i < 3 * many;) {
                try {
                    assertEquals((byte) (i / 3 + i % 3), (byte) in.read());
                    i++;
                } catch (SocketTimeoutException e) {
                    assertFalse(pair.accepted().isClosed());
                    timedOut.release();
                }
            }
            writing.result();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theOptionOfTheChannelLimitsAReadWithoutATimeoutOfItsOwn(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.client().setOption(UnixSocketOptions.SO_RCVTIMEO, Duration.ofMillis(5));
            InputStream in = pair.client().getInputStream();
            assertThrowsExactly(SocketTimeoutException.class, in::read);

            pair.client().setSoTimeout(LONG_MILLIS);
            BackgroundCall<Integer> read = BackgroundCall.start(in::read).awaitBlocked();
            pair.accepted().getOutputStream().write(7);
            assertEquals(7, read.result());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theOptionOfTheChannelLimitsAWrite(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.client().setOption(UnixSocketOptions.SO_SNDTIMEO, Duration.ofMillis(5));
            OutputStream out = pair.client().getOutputStream();
            SocketTimeoutException failure = assertThrowsExactly(SocketTimeoutException.class, () -> {
                while (true) {
                    out.write(new byte[10_000]);
                }
            });

            assertTrue(failure.bytesTransferred < 10_000);
            assertFalse(pair.client().isClosed());
            assertTrue(pair.accepted().getInputStream().read() >= 0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theOptionOfTheChannelLimitsAnAcceptWithoutATimeoutOfItsOwn(SocketPairKind kind) throws Exception {
        try (ServerSocket server = kind.openServer()) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("server")));
            server.setOption(UnixSocketOptions.SO_RCVTIMEO, Duration.ofMillis(5));

            assertThrowsExactly(SocketTimeoutException.class, server::accept);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE) // whose time begins after the other read before Java 24
    void theTimeoutOfAReadThatWaitsForAnotherReaderIsItsOwn(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            InputStream in = pair.accepted().getInputStream();
            BackgroundCall<Integer> first = BackgroundCall.start(in::read).awaitBlocked();
            pair.accepted().setSoTimeout(1);
            assertThrowsExactly(SocketTimeoutException.class, in::read);
            pair.client().getOutputStream().write(5);
            assertEquals(5, first.result());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE) // as above
    void theTimeoutOfAnAcceptThatWaitsForAnotherAcceptIsItsOwn(SocketPairKind kind) throws Exception {
        try (ServerSocket server = kind.openServer()) {
            server.bind(address(kind));
            BackgroundCall<Socket> first = BackgroundCall.start(server::accept).awaitBlocked();
            server.setSoTimeout(1);
            assertThrowsExactly(SocketTimeoutException.class, server::accept);
            try (Socket client = kind.openSocket()) {
                client.connect(server.getLocalSocketAddress());
                first.result().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadWithTimeToSpareWaits(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.accepted().setSoTimeout(LONG_MILLIS);
            BackgroundCall<Integer> reading = BackgroundCall.start(pair.accepted().getInputStream()::read).awaitBlocked();
            pair.client().getOutputStream().write(5);
            assertEquals(5, reading.result());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aConnectToAFullBacklogTimesOutAndClosesTheSocket(SocketPairKind kind) throws Exception {
        try (FilledBacklog backlog = new FilledBacklog(kind.channels(), folder);
                Socket socket = kind.openSocket()) {
            SocketTimeoutException e =
                    assertThrowsExactly(SocketTimeoutException.class, () -> socket.connect(backlog.address(), 1));
            assertTrue(e.getMessage().startsWith("connect(" + backlog.address() + "): "), e::getMessage);
            assertTrue(socket.isClosed());
            assertFalse(socket.isConnected());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aConnectToAFullBacklogWaitsForRoom(SocketPairKind kind) throws Exception {
        for (int timeoutMillis : new int[] {0, LONG_MILLIS}) {
            try (FilledBacklog backlog = new FilledBacklog(kind.channels(), folder);
                    Socket socket = kind.openSocket()) {
                BackgroundCall<Void> connecting = BackgroundCall.start(() -> {
                    socket.connect(backlog.address(), timeoutMillis);
                    return null;
                });
                connecting.awaitBlocked();
                backlog.makeRoom();
                connecting.result();
                assertEquals(backlog.address(), socket.getRemoteSocketAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAcceptTimesOutAndGoesOn(SocketPairKind kind) throws Exception {
        try (ServerSocket server = kind.openServer()) {
            server.bind(address(kind));
            server.setSoTimeout(1);
            assertEquals(1, server.getSoTimeout());
            assertThrowsExactly(SocketTimeoutException.class, server::accept);
            assertThrowsExactly(SocketTimeoutException.class, server::accept);

            server.setSoTimeout(LONG_MILLIS);
            BackgroundCall<Socket> accepting = BackgroundCall.start(server::accept).awaitBlocked();
            try (Socket client = kind.openSocket()) {
                client.connect(server.getLocalSocketAddress());
                try (Socket accepted = accepting.result()) {
                    assertEquals(0, accepted.getSoTimeout());
                    assertSame(kind == SocketPairKind.TCP ? Socket.class : UnixSocket.class, accepted.getClass());
                    accepted.getOutputStream().write(3);
                    assertEquals(3, client.getInputStream().read());
                }
            }
        }
    }

    private SocketAddress address(SocketPairKind kind) {
        return kind == SocketPairKind.TCP
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                : UnixDomainSocketAddress.of(folder.resolve("s"));
    }
}
