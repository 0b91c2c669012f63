// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.bench.frame.SocketFile;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The JDK's, which are of SOCK_STREAM, and have no pairs. */
record JdkChannels() implements Channels {

    @Override
    public Ends pair() throws IOException {
        try (SocketFile file = SocketFile.create(); ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file.path());
            server.bind(address);
            SocketChannel client = SocketChannel.open(address);
            return new Ends(client, server.accept());
        }
    }

    @Override
    public SelectableChannel client(UnixDomainSocketAddress listener) throws IOException {
        return SocketChannel.open(listener);
    }

    @Override
    public UnixProtocolFamily family() {
        return UnixProtocolFamily.STREAM;
    }

    @Override
    public Selector openSelector() throws IOException {
        return Selector.open();
    }
}
