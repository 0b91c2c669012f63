// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Binds, connects, sends and opens by relative paths: for {@link UserDirTest}, which starts it. */
final class RelativePaths {

    private RelativePaths() {}

    public static void main(String[] args) throws IOException {
        long pid = ProcessHandle.current().pid();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            System.out.println("JDK " + connect(server, client, Path.of("jdk-" + pid)));
        }
        try (ServerSocketChannel server = UnixServerSocketChannel.open(); SocketChannel client = UnixSocketChannel.open()) {
            System.out.println("ours " + connect(server, client, Path.of("ours-" + pid)));
        }
        datagrams(Path.of("datagram-" + pid));
        file();
    }

    private static String connect(ServerSocketChannel server, SocketChannel client, Path name) throws IOException {
        server.bind(UnixDomainSocketAddress.of(name));
        client.connect(UnixDomainSocketAddress.of(name));
        try (SocketChannel accepted = server.accept()) {
            return "local=" + server.getLocalAddress() + " remote=" + client.getRemoteAddress() + " accepted=" + accepted.getLocalAddress();
        } finally {
            Files.delete(name);
        }
    }

    private static void datagrams(Path name) throws IOException {
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(UnixDomainSocketAddress.of(name));
                UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            sender.send(ByteBuffer.allocate(1), UnixDomainSocketAddress.of(name));
            sender.connect(UnixDomainSocketAddress.of(name));
            sender.write(ByteBuffer.allocate(1));
            receiver.receive(ByteBuffer.allocate(1));
            receiver.receive(ByteBuffer.allocate(1));
        } finally {
            Files.delete(name);
        }
    }

    private static void file() throws IOException {
        Files.writeString(Path.of("file"), "x");
        try (FileChannel channel = OwnedFd.open(Path.of("file"), StandardOpenOption.READ).toFileChannel()) {
            channel.size();
        }
    }
}
