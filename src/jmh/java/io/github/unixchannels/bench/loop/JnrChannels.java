// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

/** jnr-unixsocket's channels, which are of SOCK_STREAM, and jnr-enxio's selector. */
record JnrChannels() implements Channels {

    @Override
    public Ends pair() throws IOException {
        UnixSocketChannel[] pair = UnixSocketChannel.pair();
        return new Ends(pair[0], pair[1]);
    }

    @Override
    public SelectableChannel client(UnixDomainSocketAddress listener) throws IOException {
        return UnixSocketChannel.open(new UnixSocketAddress(listener.getPath().toFile()));
    }

    @Override
    public UnixProtocolFamily family() {
        return UnixProtocolFamily.STREAM;
    }

    @Override
    public Selector openSelector() throws IOException {
        return NativeSelectorProvider.getInstance().openSelector();
    }
}
