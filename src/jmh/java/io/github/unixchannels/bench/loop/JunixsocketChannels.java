// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import org.newsclub.net.unix.AFSocketPair;
import org.newsclub.net.unix.AFSocketType;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** junixsocket's. */
record JunixsocketChannels(UnixProtocolFamily family) implements Channels {

    @Override
    public Ends pair() throws IOException {
        AFUNIXSelectorProvider provider = AFUNIXSelectorProvider.provider();
        if (family == UnixProtocolFamily.STREAM) {
            AFSocketPair<AFUNIXSocketChannel> pair = provider.openSocketChannelPair();
            return new Ends(pair.getSocket1(), pair.getSocket2());
        }
        AFSocketPair<AFUNIXDatagramChannel> pair = provider.openDatagramChannelPair(AFSocketType.SOCK_SEQPACKET);
        return new Ends(pair.getSocket1(), pair.getSocket2());
    }

    @Override
    public SelectableChannel client(UnixDomainSocketAddress listener) throws IOException {
        AFUNIXSocketAddress address = AFUNIXSocketAddress.of(listener.getPath());
        if (family == UnixProtocolFamily.STREAM) {
            return AFUNIXSocketChannel.open(address);
        }
        AFUNIXDatagramChannel client = AFUNIXSelectorProvider.provider().openDatagramChannel(AFSocketType.SOCK_SEQPACKET);
        client.connect(address);
        return client;
    }

    @Override
    public Selector openSelector() throws IOException {
        return AFUNIXSelectorProvider.provider().openSelector();
    }
}
