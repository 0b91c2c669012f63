// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;

/** This library's. */
record OwnChannels(UnixProtocolFamily family) implements Channels {

    @Override
    public Ends pair() throws IOException {
        if (family == UnixProtocolFamily.DGRAM) {
            UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
            return new Ends(pair.first(), pair.second());
        }
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        return new Ends(pair.first(), pair.second());
    }

    @Override
    public SelectableChannel client(UnixDomainSocketAddress listener) throws IOException {
        return UnixSocketChannel.open(family, listener);
    }

    @Override
    public Selector openSelector() throws IOException {
        return UnixSelectorProvider.provider().openSelector();
    }
}
