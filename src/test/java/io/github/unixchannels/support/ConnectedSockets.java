// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two channels of one kind that are connected, both in blocking mode. */
public record ConnectedSockets(SocketChannel client, SocketChannel accepted) implements Closeable {

    /** Connects over a path in {@code folder}, which is removed again. */
    static ConnectedSockets open(SocketKind kind, Path folder) throws IOException {
        try (ServerSocketChannel server = kind.listen(folder, 1)) {
            UnixDomainSocketAddress address = (UnixDomainSocketAddress) server.getLocalAddress();
            SocketChannel client = kind.openSocket();
            client.connect(address);
            SocketChannel accepted = server.accept();
            Files.delete(address.getPath());
            return new ConnectedSockets(client, accepted);
        }
    }

    @Override
    public void close() throws IOException {
        try (accepted) {
            client.close();
        }
    }
}
