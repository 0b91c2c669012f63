// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixServerSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Channels that are connected, registered, and never ready. Their peers are in the backlogs of listeners, where they need no descriptor,
 * so that there can be nearly as many keys as a process has descriptors.
 */
final class IdleClients implements Closeable {

    /** Fewer than net.core.somaxconn allows where nobody has lowered it. */
    private static final int CLIENTS_OF_LISTENER = 1000;

    private final Channels channels;
    private final Path directory;
    private final List<UnixServerSocketChannel> listeners = new ArrayList<>();
    private final List<SelectableChannel> clients = new ArrayList<>();

    private IdleClients(Channels channels, Path directory) {
        this.channels = channels;
        this.directory = directory;
    }

    /** Connects so many and registers them. */
    static IdleClients register(Channels channels, int count, Selector selector) throws IOException {
        IdleClients idle = new IdleClients(channels, Files.createTempDirectory("bench"));
        for (int done = 0; done < count; done += CLIENTS_OF_LISTENER) {
            idle.connect(Math.min(CLIENTS_OF_LISTENER, count - done), selector);
        }
        return idle;
    }

    private void connect(int count, Selector selector) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve(String.valueOf(listeners.size())));
        UnixServerSocketChannel listener = UnixServerSocketChannel.open(channels.family());
        listeners.add(listener);
        listener.bind(address, CLIENTS_OF_LISTENER);
        for (int i = 0; i < count; i++) {
            SelectableChannel client = channels.client(address);
            clients.add(client);
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_READ);
        }
        Files.delete(address.getPath());
    }

    @Override
    public void close() throws IOException {
        for (SelectableChannel client : clients) {
            client.close();
        }
        for (UnixServerSocketChannel listener : listeners) {
            listener.close();
        }
        Files.delete(directory);
    }
}
