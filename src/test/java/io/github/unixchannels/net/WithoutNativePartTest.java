// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.ChildJvm;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sockets on the Java platform's channels work where this library has no native part, and where the jar of jffi is missing. */
class WithoutNativePartTest {

    private static final String JFFI = "com.kenai.jffi";

    @Test
    void socketsOnThePlatformsChannelsNeedNoJffi() throws Exception {
        ChildJvm child = ChildJvm.runOn(withoutJffi(), OfPlatformChannels.class, "-verbose:class");

        assertEquals(0, child.exitCode(), child::toString);
        assertTrue(child.output().contains("pong"), child::toString);
        List<String> loaded = child.output().lines().filter(line -> line.contains(" io.github.unixchannels.")).toList();
        assertTrue(loaded.stream().anyMatch(line -> line.contains(".net.UnixSocket ")), loaded::toString);
        assertEquals(
                List.of(),
                loaded.stream().filter(line -> line.contains(".unixchannels.sys.jnr.") || line.contains(".channel.")).toList());
    }

    @Test
    void onAnotherPlatformNewSocketsAreOnThePlatformsChannels() throws Exception {
        ChildJvm child = ChildJvm.runOn(withoutJffi(), OfNewSockets.class, "-Dos.arch=riscv64");

        assertEquals(0, child.exitCode(), child::toString);
        assertTrue(child.output().contains("pong"), child::toString);
    }

    private static List<String> withoutJffi() {
        return ChildJvm.classPath(UnixSocketChannel.class, WithoutNativePartTest.class).stream()
                .filter(entry -> !entry.contains("jffi"))
                .toList();
    }

    /** Wraps channels. */
    static final class OfPlatformChannels {
        public static void main(String[] arguments) throws Exception {
            exchange(
                    UnixServerSocket.of(ServerSocketChannel.open(StandardProtocolFamily.UNIX)),
                    UnixSocket.of(SocketChannel.open(StandardProtocolFamily.UNIX)));
        }
    }

    /** Has none to wrap. */
    static final class OfNewSockets {
        public static void main(String[] arguments) throws Exception {
            exchange(new UnixServerSocket(), new UnixSocket());
        }
    }

    private static void exchange(ServerSocket opened, Socket unconnected) throws IOException {
        try {
            Class.forName(JFFI + ".Platform");
            throw new AssertionError("jffi is there");
        } catch (ClassNotFoundException e) {
            // as it should be
        }
        Path path = Files.createTempDirectory("net").resolve("s");
        SocketAddress address = UnixDomainSocketAddress.of(path);
        try (ServerSocket server = opened;
                Socket client = unconnected) {
            server.bind(address);
            client.connect(address, 10_000);
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(1);
                try {
                    accepted.getInputStream().read();
                    throw new AssertionError("nothing was sent");
                } catch (SocketTimeoutException e) {
                    accepted.setSoTimeout(0);
                }
                client.getOutputStream().write("pong".getBytes());
                client.shutdownOutput();
                System.out.println(new String(accepted.getInputStream().readAllBytes()));
            }
        } finally {
            Files.deleteIfExists(path);
            Files.delete(path.getParent());
        }
    }
}
