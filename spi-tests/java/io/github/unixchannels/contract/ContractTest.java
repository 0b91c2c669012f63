// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** What every class of rules has: the provider, and channels that are closed when a test ends. */
@Contract
abstract class ContractTest {

    /** Two channels that are connected to each other, both in blocking mode. */
    record Pair(SocketChannel client, SocketChannel accepted) {}

    @Parameter
    ProviderUnderTest provider;

    @TempDir
    Path folder;

    private final Deque<Closeable> opened = new ArrayDeque<>();

    /** Has something closed when the test ends. */
    final <T extends Closeable> T closing(T closeable) {
        synchronized (opened) {
            opened.push(closeable);
        }
        return closeable;
    }

    final Selector selector() throws IOException {
        return closing(provider.openSelector());
    }

    final SocketChannel socket() throws IOException {
        return closing(provider.openSocket());
    }

    final ServerSocketChannel unboundServer() throws IOException {
        return closing(provider.openServer());
    }

    /** A server that listens on a fresh address. */
    final ServerSocketChannel server() throws IOException {
        return unboundServer().bind(freeAddress());
    }

    final SocketAddress freeAddress() throws IOException {
        return provider.freeAddress(folder);
    }

    final Pair pair() throws IOException {
        try (ServerSocketChannel server = provider.openServer().bind(freeAddress())) {
            SocketChannel client = socket();
            client.connect(server.getLocalAddress());
            return new Pair(client, closing(server.accept()));
        }
    }

    /** Makes a channel non-blocking and registers it. */
    static SelectionKey register(Selector selector, SelectableChannel channel, int ops) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, ops);
    }

    @AfterEach
    final void closeAll() throws IOException {
        Deque<Closeable> left;
        synchronized (opened) {
            left = new ArrayDeque<>(opened);
        }
        for (Closeable closeable : left) {
            closeable.close();
        }
    }
}
