// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two channels of one kind, connected by way of a listener that is closed again. */
public record ConnectedSockets(SocketChannel client, SocketChannel accepted) implements AutoCloseable {

    /** Connects over a path in {@code folder}, which is removed again. */
    public static ConnectedSockets open(SocketKind kind, Path folder) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("connected"));
        try (ServerSocketChannel server = kind.openServer().bind(address)) {
            SocketChannel client = kind.openSocket();
            client.connect(address);
            return new ConnectedSockets(client, server.accept());
        } finally {
            Files.deleteIfExists(address.getPath());
        }
    }

    @Override
    public void close() throws IOException {
        try (accepted) {
            client.close();
        }
    }
}
