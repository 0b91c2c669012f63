// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Threads that send by the JDK. Arguments: STREAM, how many. */
final class JdkSendingThreads {

    private JdkSendingThreads() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("sending");
        Path path = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
            new SendingThreads(client, server.accept()).measure(Integer.parseInt(arguments[1]));
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }
}
