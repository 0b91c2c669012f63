// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.echo;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.unixsocket.UnixSocketAddress;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Whose channels echo. */
enum ServerLibrary {
    OURS_SEQPACKET {
        @Override
        void listen(Path path) throws IOException {
            ours(UnixProtocolFamily.SEQPACKET, path);
        }
    },

    OURS_STREAM {
        @Override
        void listen(Path path) throws IOException {
            ours(UnixProtocolFamily.STREAM, path);
        }
    },

    JDK_STREAM {
        @Override
        void listen(Path path) throws IOException {
            start(Selector.open(), ServerSocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path));
        }
    },

    JUNIXSOCKET_STREAM {
        @Override
        void listen(Path path) throws IOException {
            AFUNIXSelectorProvider provider = AFUNIXSelectorProvider.provider();
            start(provider.openSelector(), provider.openServerSocketChannel(), AFUNIXSocketAddress.of(path));
        }
    },

    JNR_STREAM {
        @Override
        void listen(Path path) throws IOException {
            jnr.unixsocket.UnixServerSocketChannel listener = jnr.unixsocket.UnixServerSocketChannel.open();
            listener.socket().bind(new UnixSocketAddress(path.toFile()));
            start(new NioEcho(NativeSelectorProvider.getInstance().openSelector(), listener, listener::accept));
        }
    },

    NETTY_STREAM {
        @Override
        void listen(Path path) throws InterruptedException {
            NettyEcho.listen(path);
        }
    };

    /** Begins to echo, in a thread of its own. */
    abstract void listen(Path path) throws IOException, InterruptedException;

    private static void ours(ProtocolFamily family, Path path) throws IOException {
        start(UnixSelectorProvider.provider().openSelector(), UnixServerSocketChannel.open(family), UnixDomainSocketAddress.of(path));
    }

    private static void start(Selector selector, ServerSocketChannel listener, SocketAddress address) throws IOException {
        listener.bind(address);
        start(new NioEcho(selector, listener, listener::accept));
    }

    private static void start(NioEcho echo) {
        new Thread(echo, "echo").start();
    }
}
