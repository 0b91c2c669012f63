// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The channels that a rule is tried on: the Java platform's own, which are the reference, and ours. */
public enum SocketKind {
    JDK(StandardProtocolFamily.UNIX),
    STREAM(UnixProtocolFamily.STREAM),
    SEQPACKET(UnixProtocolFamily.SEQPACKET);

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final ProtocolFamily family;

    SocketKind(ProtocolFamily family) {
        this.family = family;
    }

    public boolean isOurs() {
        return this != JDK;
    }

    public SelectorProvider provider() {
        return isOurs() ? UnixSelectorProvider.provider() : SelectorProvider.provider();
    }

    /** An unconnected channel. */
    public SocketChannel openSocket() throws IOException {
        return provider().openSocketChannel(family);
    }

    /** An unbound listener. */
    public ServerSocketChannel openServer() throws IOException {
        return provider().openServerSocketChannel(family);
    }

    /** A listener with a new name in {@code folder}. */
    public ServerSocketChannel listen(Path folder, int backlog) throws IOException {
        return openServer().bind(UnixDomainSocketAddress.of(folder.resolve("s" + NAMES.getAndIncrement())), backlog);
    }

    /** Connects two channels, by way of a listener in {@code folder} that is closed again. */
    public ConnectedSockets connect(Path folder) throws IOException {
        return ConnectedSockets.open(this, folder);
    }
}
