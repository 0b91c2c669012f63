// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The JDK's, which are of SOCK_STREAM, and have no pairs. */
record JdkChannels() implements Channels {

    @Override
    public Ends pair() throws IOException {
        Path directory = Files.createTempDirectory("bench");
        Path path = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
            return new Ends(client, server.accept());
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }

    @Override
    public SelectableChannel client(UnixDomainSocketAddress listener) throws IOException {
        return SocketChannel.open(listener);
    }

    @Override
    public UnixProtocolFamily family() {
        return UnixProtocolFamily.STREAM;
    }

    @Override
    public Selector openSelector() throws IOException {
        return Selector.open();
    }
}
