// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.SocketKind;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A listener whose backlog has no room. */
final class FilledBacklog implements Closeable {

    private final ServerSocketChannel server;
    private final List<UnixSocketChannel> waiting = new ArrayList<>();

    FilledBacklog(SocketKind kind, Path folder) throws IOException {
        server = kind.listen(folder, 1);
        UnixProtocolFamily family = kind == SocketKind.SEQPACKET ? UnixProtocolFamily.SEQPACKET : UnixProtocolFamily.STREAM;
        boolean connected;
        do {
            UnixSocketChannel channel = UnixSocketChannel.open(family);
            waiting.add(channel);
            channel.configureBlocking(false);
            connected = channel.connect(server.getLocalAddress());
        } while (connected);
        waiting.remove(waiting.size() - 1).close();
    }

    SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    void makeRoom() throws IOException {
        server.accept().close();
    }

    @Override
    public void close() throws IOException {
        for (UnixSocketChannel each : waiting) {
            each.close();
        }
        server.close();
    }
}
