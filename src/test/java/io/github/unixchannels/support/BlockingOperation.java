// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The operations that wait, each in a situation where it waits without having moved a byte. */
public enum BlockingOperation {
    READ {
        @Override
        public Prepared prepare(SocketKind source, Path directory) throws IOException {
            ConnectedSockets pair = source.connect(directory);
            return new Prepared(pair.client(), () -> pair.client().read(ByteBuffer.allocate(16)), List.of(pair));
        }
    },
    DIRECT_READ {
        @Override
        public Prepared prepare(SocketKind source, Path directory) throws IOException {
            ConnectedSockets pair = source.connect(directory);
            return new Prepared(pair.client(), () -> pair.client().read(ByteBuffer.allocateDirect(64 << 10)), List.of(pair));
        }
    },
    SCATTERING_READ {
        @Override
        public Prepared prepare(SocketKind source, Path directory) throws IOException {
            ConnectedSockets pair = source.connect(directory);
            return new Prepared(pair.client(), () -> pair.client().read(twoDirectBuffers()), List.of(pair));
        }
    },
    WRITE {
        @Override
        public Prepared prepare(SocketKind source, Path directory) throws IOException {
            ConnectedSockets pair = source.connect(directory);
            fill(pair.client());
            return new Prepared(pair.client(), () -> pair.client().write(ByteBuffer.allocate(16)), List.of(pair));
        }
    },
    GATHERING_WRITE {
        @Override
        public Prepared prepare(SocketKind source, Path directory) throws IOException {
            ConnectedSockets pair = source.connect(directory);
            fill(pair.client());
            return new Prepared(pair.client(), () -> pair.client().write(twoDirectBuffers()), List.of(pair));
        }
    },
    ACCEPT {
        @Override
        public Prepared prepare(SocketKind source, Path directory) throws IOException {
            ServerSocketChannel listener = source.listen(directory, 1);
            return new Prepared(listener, listener::accept, List.of(listener));
        }
    },
    CONNECT {
        @Override
        public Prepared prepare(SocketKind source, Path directory) throws IOException {
            List<Closeable> open = new ArrayList<>();
            SocketAddress full = fullListener(source, directory, open);
            SocketChannel channel = source.openSocket();
            open.add(channel);
            return new Prepared(channel, () -> channel.connect(full), open);
        }
    },
    /** Not for the JDK's channels, which fail where ours stay pending. */
    FINISH_CONNECT {
        @Override
        public Prepared prepare(SocketKind source, Path directory) throws IOException {
            List<Closeable> open = new ArrayList<>();
            SocketAddress full = fullListener(source, directory, open);
            SocketChannel channel = source.openSocket();
            open.add(channel);
            channel.configureBlocking(false);
            channel.connect(full);
            channel.configureBlocking(true);
            return new Prepared(channel, channel::finishConnect, open);
        }
    };

    /**
     * An operation that will wait.
     *
     * @param channel the channel that it is on
     * @param call does it
     * @param open what else is open for its sake
     */
    public record Prepared(AbstractSelectableChannel channel, Callable<Object> call, List<Closeable> open) implements Closeable {
        @Override
        public void close() throws IOException {
            for (Closeable closeable : open) {
                closeable.close();
            }
        }
    }

    /** Opens channels of {@code source} so that the operation, called on them, waits. */
    public abstract Prepared prepare(SocketKind source, Path directory) throws IOException;

    /** Writes until there is no room even for a byte; returns how many bytes that took. */
    public static long fill(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(32 << 10);
        long total = 0;
        channel.configureBlocking(false);
        for (int n = channel.write(bytes.clear()); n > 0; n = channel.write(bytes.clear())) {
            total += n;
        }
        channel.configureBlocking(true);
        return total;
    }

    /** A listener whose backlog has no room: an address, a connect to which waits. */
    private static SocketAddress fullListener(SocketKind source, Path directory, List<Closeable> open) throws IOException {
        ServerSocketChannel listener = source.listen(directory, 1);
        open.add(listener);
        // listen(n) admits n + 1.
        for (int i = 0; i < 2; i++) {
            SocketChannel waiting = source.openSocket();
            open.add(waiting);
            waiting.connect(listener.getLocalAddress());
        }
        return listener.getLocalAddress();
    }

    private static ByteBuffer[] twoDirectBuffers() {
        return new ByteBuffer[] {ByteBuffer.allocateDirect(16 << 10), ByteBuffer.allocateDirect(16)};
    }
}
