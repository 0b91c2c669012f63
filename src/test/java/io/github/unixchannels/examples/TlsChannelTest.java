// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.net.UnixSocket;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SelfSigned;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NothingLeaks.class)
class TlsChannelTest {

    private static final int MUCH = 1 << 20;

    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path keys) throws Exception {
        context = SelfSigned.context(keys);
    }

    private static TlsChannel on(SocketChannel channel, boolean client) {
        SSLEngine engine = context.createSSLEngine("localhost", 5432);
        engine.setUseClientMode(client);
        return new TlsChannel(channel, engine);
    }

    private static BackgroundCall<Void> handshake(TlsChannel channel) {
        return BackgroundCall.start(() -> {
            channel.handshake();
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void muchCrossesBothWaysAtOnce(UnixProtocolFamily family) throws Exception {
        byte[] bytes = new byte[MUCH];
        new Random(1).nextBytes(bytes);
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        try (TlsChannel client = on(pair.first(), true);
                TlsChannel server = on(pair.second(), false)) {
            BackgroundCall<Void> handshake = handshake(server);
            client.handshake();
            handshake.result();

            BackgroundCall<Integer> toServer = BackgroundCall.start(() -> client.write(ByteBuffer.wrap(bytes)));
            BackgroundCall<Integer> toClient = BackgroundCall.start(() -> server.write(ByteBuffer.wrap(bytes)));
            BackgroundCall<byte[]> ofServer = BackgroundCall.start(() -> readMuch(server));
            assertArrayEquals(bytes, readMuch(client));
            assertArrayEquals(bytes, ofServer.result());
            assertEquals(MUCH, toServer.result());
            assertEquals(MUCH, toClient.result());

            client.shutdownOutput();
            assertEquals(-1, server.read(ByteBuffer.allocate(1)));
        }
    }

    private static byte[] readMuch(TlsChannel channel) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(MUCH);
        while (all.hasRemaining()) {
            channel.read(all);
        }
        return all.array();
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theOtherSideMayBeASocket(UnixProtocolFamily family) throws Exception {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        try (TlsChannel server = on(pair.second(), false);
                SSLSocket client = (SSLSocket)
                        context.getSocketFactory().createSocket(UnixSocket.of(pair.first()), "localhost", 5432, true)) {
            BackgroundCall<Void> handshake = handshake(server);
            client.startHandshake();
            handshake.result();
            client.getOutputStream().write(7);
            assertEquals(7, Channels.newInputStream(server).read());
            server.write(ByteBuffer.wrap(new byte[] {8}));
            assertEquals(8, client.getInputStream().read());
            server.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void anEndThatThePeerDidNotTellIsAFailure(UnixProtocolFamily family) throws Exception {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        try (TlsChannel client = on(pair.first(), true);
                TlsChannel server = on(pair.second(), false)) {
            BackgroundCall<Void> handshake = handshake(server);
            client.handshake();
            handshake.result();
            pair.second().shutdownOutput();
            assertThrows(SSLException.class, () -> client.read(ByteBuffer.allocate(1)));
        }
    }
}
