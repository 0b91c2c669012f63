// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.bench.frame.Names;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import jnr.unixsocket.UnixSocketAddress;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** Whose blocking listener accepts. Public because JMH sets it. */
public enum ListenerKind {
    OURS_STREAM(Names.OURS_STREAM, Names.C_STREAM) {
        @Override
        Listener listen(Path path) throws IOException {
            return ours(UnixProtocolFamily.STREAM, path);
        }
    },

    OURS_SEQPACKET(Names.OURS_SEQPACKET, Names.C_SEQPACKET) {
        @Override
        Listener listen(Path path) throws IOException {
            return ours(UnixProtocolFamily.SEQPACKET, path);
        }
    },

    JDK_STREAM(Names.JDK_STREAM, Names.C_STREAM) {
        @Override
        Listener listen(Path path) throws IOException {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, BACKLOG);
            return new Listener(server) {
                @Override
                void connectAndClose() throws IOException {
                    try (SocketChannel client = SocketChannel.open(address); SocketChannel accepted = server.accept()) {
                        requireConnected(client, accepted);
                    }
                }
            };
        }
    },

    JUNIXSOCKET_STREAM(Names.JUNIXSOCKET_STREAM, Names.C_STREAM) {
        @Override
        Listener listen(Path path) throws IOException {
            AFUNIXSocketAddress address = AFUNIXSocketAddress.of(path);
            AFUNIXServerSocketChannel server = AFUNIXSelectorProvider.provider().openServerSocketChannel();
            server.bind(address, BACKLOG);
            return new Listener(server) {
                @Override
                void connectAndClose() throws IOException {
                    try (AFUNIXSocketChannel client = AFUNIXSocketChannel.open(address); AFUNIXSocketChannel accepted = server.accept()) {
                        requireConnected(client, accepted);
                    }
                }
            };
        }
    },

    JNR_UNIXSOCKET_STREAM("jnr-unixsocket STREAM", Names.C_STREAM) {
        @Override
        Listener listen(Path path) throws IOException {
            UnixSocketAddress address = new UnixSocketAddress(path.toFile());
            jnr.unixsocket.UnixServerSocketChannel server = jnr.unixsocket.UnixServerSocketChannel.open();
            server.socket().bind(address, BACKLOG);
            return new Listener(server) {
                @Override
                void connectAndClose() throws IOException {
                    try (jnr.unixsocket.UnixSocketChannel client = jnr.unixsocket.UnixSocketChannel.open(address);
                            jnr.unixsocket.UnixSocketChannel accepted = server.accept()) {
                        requireConnected(client, accepted);
                    }
                }
            };
        }
    };

    /** More than are ever waiting, which is one. */
    private static final int BACKLOG = 128;

    /** A listener and its address. */
    abstract static class Listener implements Closeable {

        private final Closeable server;

        Listener(Closeable server) {
            this.server = server;
        }

        /** Connects to it, accepts that, and closes both ends. */
        abstract void connectAndClose() throws IOException;

        static void requireConnected(SocketChannel client, SocketChannel accepted) {
            if (!client.isConnected() || !accepted.isConnected()) {
                throw new IllegalStateException("not connected");
            }
        }

        @Override
        public final void close() throws IOException {
            server.close();
        }
    }

    private final String title;
    private final String twin;

    ListenerKind(String title, String twin) {
        this.title = title;
        this.twin = twin;
    }

    /** How its row is called. */
    String title() {
        return title;
    }

    /** How the row of C that does the same is called. */
    String twin() {
        return twin;
    }

    abstract Listener listen(Path path) throws IOException;

    private static Listener ours(UnixProtocolFamily family, Path path) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(address, BACKLOG);
        return new Listener(server) {
            @Override
            void connectAndClose() throws IOException {
                try (UnixSocketChannel client = UnixSocketChannel.open(family, address); UnixSocketChannel accepted = server.accept()) {
                    requireConnected(client, accepted);
                }
            }
        };
    }
}
