// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Where a test's channels come from: the JDK's own, which say what is right, and ours. */
public enum ConnectionSource {
    JDK_STREAM {
        @Override
        public SocketChannel open() throws IOException {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        }

        @Override
        public ServerSocketChannel openListener() throws IOException {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        }
    },
    STREAM {
        @Override
        public SocketChannel open() throws IOException {
            return UnixSocketChannel.open(UnixProtocolFamily.STREAM);
        }

        @Override
        public ServerSocketChannel openListener() throws IOException {
            return UnixServerSocketChannel.open(UnixProtocolFamily.STREAM);
        }
    },
    SEQPACKET {
        @Override
        public SocketChannel open() throws IOException {
            return UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET);
        }

        @Override
        public ServerSocketChannel openListener() throws IOException {
            return UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET);
        }
    };

    private static final AtomicInteger NEXT_NAME = new AtomicInteger();

    /**
     * Two channels connected to each other, both in blocking mode.
     *
     * @param near the one that connected
     * @param far the one that was accepted
     */
    public record Connected(SocketChannel near, SocketChannel far) implements Closeable {
        @Override
        public void close() throws IOException {
            try (far) {
                near.close();
            }
        }
    }

    /** An unconnected channel. */
    public abstract SocketChannel open() throws IOException;

    /** An unbound listener. */
    public abstract ServerSocketChannel openListener() throws IOException;

    /** Whether it is this library's. */
    public final boolean isOurs() {
        return this != JDK_STREAM;
    }

    /** A listener with a new name in {@code directory}. */
    public final ServerSocketChannel listen(Path directory, int backlog) throws IOException {
        ServerSocketChannel listener = openListener();
        return listener.bind(UnixDomainSocketAddress.of(directory.resolve("s" + NEXT_NAME.getAndIncrement())), backlog);
    }

    /** Connects two channels, by way of a listener in {@code directory}. */
    public final Connected connect(Path directory) throws IOException {
        try (ServerSocketChannel listener = listen(directory, 1)) {
            UnixDomainSocketAddress address = (UnixDomainSocketAddress) listener.getLocalAddress();
            SocketChannel near = open();
            near.connect(address);
            SocketChannel far = listener.accept();
            Files.delete(address.getPath());
            return new Connected(near, far);
        }
    }
}
