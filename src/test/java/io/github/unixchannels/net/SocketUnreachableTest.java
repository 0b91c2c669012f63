// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A socket that was not closed is closed once it is unreachable, and not before. */
class SocketUnreachableTest {

    @TempDir
    Path folder;

    /** The peer of a socket that nothing leads to. */
    private Socket peerOfForgotten(SocketPairKind kind) throws IOException {
        return kind.connect(folder).accepted();
    }

    /** Collects garbage until the peer has closed. */
    private static void awaitEnd(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        socket.setSoTimeout(10);
        await().until(() -> {
            System.gc();
            try {
                return in.read() < 0;
            } catch (SocketTimeoutException e) {
                return false;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void aForgottenSocketIsClosed(SocketPairKind kind) throws Exception {
        try (Socket peer = peerOfForgotten(kind)) {
            awaitEnd(peer);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void aSocketOfWhichAStreamIsReachableStaysOpen(SocketPairKind kind) throws Exception {
        SocketPairKind.Pair pair = kind.connect(folder);
        try (Socket peer = pair.accepted()) {
            try (InputStream in = pair.client().getInputStream()) {
                pair = null;
                try (Socket control = peerOfForgotten(kind)) {
                    awaitEnd(control);
                }
                peer.getOutputStream().write(7);
                assertEquals(7, in.read());
            }
            assertEquals(-1, peer.getInputStream().read());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aSocketOfWhichTheChannelIsReachableStaysOpen(SocketPairKind kind) throws Exception {
        SocketPairKind.Pair pair = kind.connect(folder);
        try (Socket peer = pair.accepted();
                Channel channel = pair.client().getChannel()) {
            pair = null;
            try (Socket control = peerOfForgotten(kind)) {
                awaitEnd(control);
            }
            peer.setSoTimeout(1);
            assertThrows(SocketTimeoutException.class, peer.getInputStream()::read);
            assertTrue(channel.isOpen());
        }
    }

    private static SocketAddress addressOfForgotten(SocketPairKind kind, SocketAddress address) throws IOException {
        ServerSocket server = kind.openServer();
        server.bind(address);
        return server.getLocalSocketAddress();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void aForgottenServerIsClosed(SocketPairKind kind) throws Exception {
        SocketAddress address = addressOfForgotten(kind, kind.isUnix()
                ? UnixDomainSocketAddress.of(folder.resolve("s"))
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        await().until(() -> {
            System.gc();
            return isRefused(kind, address);
        });
    }

    private static boolean isRefused(SocketPairKind kind, SocketAddress address) throws IOException {
        try (Socket client = kind.openSocket()) {
            client.connect(address);
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }
}
