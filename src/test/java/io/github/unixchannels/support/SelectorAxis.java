// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Whose selector and channels a test runs on: the JDK's, which shows that the test is right, and ours. */
public enum SelectorAxis {
    JDK(StandardProtocolFamily.UNIX),
    STREAM(UnixProtocolFamily.STREAM),
    SEQPACKET(UnixProtocolFamily.SEQPACKET);

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final ProtocolFamily family;

    SelectorAxis(ProtocolFamily family) {
        this.family = family;
    }

    public SelectorProvider provider() {
        return this == JDK ? SelectorProvider.provider() : UnixSelectorProvider.provider();
    }

    public Selector openSelector() throws IOException {
        return provider().openSelector();
    }

    /** An unconnected channel, in non-blocking mode. */
    public SocketChannel openChannel() throws IOException {
        SocketChannel channel = provider().openSocketChannel(family);
        channel.configureBlocking(false);
        return channel;
    }

    /** A listener on a path in {@code folder}, in non-blocking mode. */
    public ServerSocketChannel openServer(Path folder) throws IOException {
        ServerSocketChannel server = provider().openServerSocketChannel(family);
        server.bind(UnixDomainSocketAddress.of(folder.resolve("s" + NAMES.incrementAndGet())));
        server.configureBlocking(false);
        return server;
    }

    /** A channel that connects, in blocking mode. */
    public SocketChannel connect(SocketAddress server) throws IOException {
        SocketChannel channel = provider().openSocketChannel(family);
        channel.connect(server);
        return channel;
    }

    public Pair openPair() throws IOException {
        Path folder = Files.createTempDirectory("axis");
        try (ServerSocketChannel server = openServer(folder)) {
            SocketChannel far = connect(server.getLocalAddress());
            SocketChannel near = server.accept();
            near.configureBlocking(false);
            Files.delete(((UnixDomainSocketAddress) server.getLocalAddress()).getPath());
            return new Pair(near, far);
        } finally {
            Files.delete(folder);
        }
    }

    @Override
    public String toString() {
        return this == JDK ? "the JDK's" : name();
    }

    /**
     * Two connected channels.
     *
     * @param near the one to register, in non-blocking mode
     * @param far the one that makes it ready, in blocking mode
     */
    public record Pair(SocketChannel near, SocketChannel far) implements Closeable {

        /** Makes the near end readable: one message, where there are messages. */
        public void send(int lengthBytes) throws IOException {
            far.write(ByteBuffer.allocate(lengthBytes));
        }

        /** Reads all there is at the near end. */
        public void drain() throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (near.read(buffer.clear()) > 0) {
                continue;
            }
        }

        @Override
        public void close() throws IOException {
            try (far) {
                near.close();
            }
        }
    }
}
