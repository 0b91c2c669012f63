// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** On a channel of any library, which is non-blocking while this has it. */
final class SelectorListener implements Listener {

    private final ServerSocketChannel channel;
    private final Readiness connections;

    /** The channel is in no operation and in no selector. */
    SelectorListener(ServerSocketChannel channel) throws IOException {
        this.channel = channel;
        this.connections = new Readiness(channel, SelectionKey.OP_ACCEPT);
        channel.configureBlocking(false);
    }

    @Override
    public ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public SocketChannel accept(int timeoutMillis) throws IOException {
        SocketChannel accepted = channel.accept();
        if (accepted != null) {
            return accepted;
        }
        long deadline = Readiness.deadline(timeoutMillis);
        do {
            connections.await(timeoutMillis, deadline, "accept", channel.getLocalAddress());
            accepted = channel.accept();
        } while (accepted == null);
        return accepted;
    }

    @Override
    public void close() throws IOException {
        try (connections) {
            channel.close();
        }
    }
}
