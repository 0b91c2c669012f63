// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.io.Closeable;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A close that meets an operation at any point of it: the operation ends as it does without a close or as closed, and nothing is left open. */
@ExtendWith({PlatformPollers.class, NothingLeaks.class})
class SocketRaceTest {

    private static final int ROUNDS = 200;

    @TempDir
    Path folder;

    /** Runs the call and the close at once. The call returns, times out, or tells that the socket is closed. */
    private static void race(int round, Callable<?> call, Closeable socket) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        Callable<Void> racing = () -> {
            start.await();
            try {
                call.call();
            } catch (SocketTimeoutException e) {
                // the time was over before the close
            } catch (SocketException e) {
                String message = e.getMessage();
                assertEquals(true, message.equals("Socket closed") || message.equals("Socket is closed"), e::toString);
            }
            return null;
        };
        boolean virtual = round % 2 == 1 && VirtualThreadStarter.isAvailable();
        BackgroundCall<Void> background = virtual ? BackgroundCall.startVirtual(racing) : BackgroundCall.start(racing);
        start.await();
        for (int i = 0; i < round % 50 * 20; i++) {
            Thread.onSpinWait();
        }
        socket.close();
        background.result();
        assertFalse(background.wasInterrupted());
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aCloseMeetsARead(SocketPairKind kind) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (SocketPairKind.Pair pair = kind.connect(folder)) {
                pair.client().setSoTimeout(round % 3);
                race(round, () -> pair.client().getInputStream().read(), pair.client());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aCloseMeetsAWrite(SocketPairKind kind) throws Exception {
        byte[] bytes = new byte[50_000];
        for (int round = 0; round < ROUNDS; round++) {
            try (SocketPairKind.Pair pair = kind.connect(folder)) {
                race(round, () -> {
                    for (int i = 0; i < 20; i++) {
                        pair.client().getOutputStream().write(bytes);
                    }
                    return null;
                }, pair.client());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aCloseMeetsAnAccept(SocketPairKind kind) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s" + round));
            try (ServerSocket server = kind.openServer();
                    Socket client = kind.openSocket()) {
                server.bind(address);
                server.setSoTimeout(round % 3);
                if (round % 2 == 0) {
                    client.connect(address);
                }
                race(round, () -> {
                    server.accept().close();
                    return null;
                }, server);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aCloseMeetsAConnect(SocketPairKind kind) throws Exception {
        try (FilledBacklog full = new FilledBacklog(kind.channels(), folder);
                ServerSocket server = kind.openServer()) {
            UnixDomainSocketAddress free = UnixDomainSocketAddress.of(folder.resolve("free"));
            server.bind(free, ROUNDS);
            for (int round = 0; round < ROUNDS; round++) {
                int each = round;
                Socket socket = kind.openSocket();
                race(round, () -> {
                    socket.connect(each % 4 < 2 ? free : full.address(), each % 3);
                    return null;
                }, socket);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aCloseMeetsTheFirstUse(SocketPairKind kind) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Socket socket = new UnixSocket();
            race(round, socket::getSendBufferSize, socket);
        }
    }
}
