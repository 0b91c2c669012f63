// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SelfSigned;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Java platform's TLS on top of sockets, which it asks for their address, their state, their streams and their timeout. */
@ExtendWith(NothingLeaks.class)
class SocketTlsTest {

    private static final int MUCH = 1 << 20;

    private static SSLContext context;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeKeys(@TempDir Path keys) throws Exception {
        context = SelfSigned.context(keys);
    }

    /** Both sides of a connection with TLS on it. */
    private record Protected(SSLSocket client, SSLSocket server) implements Closeable {

        static Protected on(SocketPairKind.Pair pair) throws Exception {
            SSLSocketFactory factory = context.getSocketFactory();
            SSLSocket client = (SSLSocket) factory.createSocket(pair.client(), "localhost", 5432, true);
            SSLParameters parameters = client.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            client.setSSLParameters(parameters);
            SSLSocket server = (SSLSocket) factory.createSocket(pair.accepted(), null, true);
            return new Protected(client, server);
        }

        @Override
        public void close() throws IOException {
            // Each side waits for the other's end.
            BackgroundCall<Void> closing = BackgroundCall.start(() -> {
                server.close();
                return null;
            });
            try {
                client.close();
                closing.result();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void muchCrossesBothWaysAtOnce(SocketPairKind kind) throws Exception {
        byte[] bytes = new byte[MUCH];
        new Random(1).nextBytes(bytes);
        try (SocketPairKind.Pair pair = kind.connect(folder);
                Protected both = Protected.on(pair)) {
            List<BackgroundCall<?>> calls = new ArrayList<>();
            for (SSLSocket each : List.of(both.client(), both.server())) {
                calls.add(BackgroundCall.start(() -> {
                    each.getOutputStream().write(bytes);
                    return null;
                }));
                calls.add(BackgroundCall.start(() -> {
                    assertArrayEquals(bytes, each.getInputStream().readNBytes(MUCH));
                    return null;
                }));
            }
            for (BackgroundCall<?> each : calls) {
                each.result();
            }
            assertEquals("TLSv1.3", both.client().getSession().getProtocol());
            assertEquals("localhost", both.client().getSession().getPeerHost());
            assertEquals("CN=localhost", both.client().getSession().getPeerPrincipal().getName());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theServerMayMakeItsSideInServerModeToo(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder);
                SSLSocket client = (SSLSocket) context.getSocketFactory().createSocket(pair.client(), "localhost", 5432, true);
                SSLSocket server = (SSLSocket) context.getSocketFactory().createSocket(pair.accepted(), "client", 0, true)) {
            server.setUseClientMode(false);
            BackgroundCall<Integer> reading = BackgroundCall.start(server.getInputStream()::read);
            client.getOutputStream().write(7);
            assertEquals(7, reading.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadTimesOutAndGoesOn(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder);
                Protected both = Protected.on(pair)) {
            BackgroundCall<Void> handshake = BackgroundCall.start(() -> {
                both.server().startHandshake();
                return null;
            });
            both.client().startHandshake();
            handshake.result();
            both.server().setSoTimeout(1);
            assertThrows(SocketTimeoutException.class, both.server().getInputStream()::read);
            both.server().setSoTimeout(60_000);
            both.client().getOutputStream().write(7);
            assertEquals(7, both.server().getInputStream().read());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndIsTold(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder);
                Protected both = Protected.on(pair)) {
            BackgroundCall<byte[]> reading = BackgroundCall.start(both.server().getInputStream()::readAllBytes);
            both.client().getOutputStream().write(new byte[3]);
            both.client().shutdownOutput();
            assertEquals(3, reading.result().length);
            both.server().getOutputStream().write(9);
            assertEquals(9, both.client().getInputStream().read());
            both.server().close();
            assertEquals(-1, both.client().getInputStream().read());
            assertTrue(pair.accepted().isClosed());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseEndsARead(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder);
                Protected both = Protected.on(pair)) {
            BackgroundCall<Integer> first = BackgroundCall.start(both.client().getInputStream()::read);
            both.server().getOutputStream().write(1);
            assertEquals(1, first.result());
            BackgroundCall<Integer> reading = BackgroundCall.start(both.client().getInputStream()::read).awaitBlocked();
            pair.client().close();
            assertThrows(SocketException.class, reading::result);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSocketThatIsNotConnectedIsRefused(SocketPairKind kind) throws Exception {
        try (Socket socket = kind.openSocket()) {
            assertThrowsExactly(
                    SocketException.class, () -> context.getSocketFactory().createSocket(socket, "localhost", 5432, true));
        }
    }
}
