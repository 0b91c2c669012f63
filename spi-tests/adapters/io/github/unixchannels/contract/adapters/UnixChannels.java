// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.contract.Passing;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** This library, opened through its provider. */
abstract class UnixChannels extends UnixPaths {

    private final UnixProtocolFamily family;

    UnixChannels(UnixProtocolFamily family) {
        this.family = family;
    }

    @Override
    public final String name() {
        return "UNIX-CHANNELS-" + family;
    }

    @Override
    public final SelectorProvider provider() {
        return UnixSelectorProvider.provider();
    }

    @Override
    public final SocketChannel openSocket() throws IOException {
        return provider().openSocketChannel(family);
    }

    @Override
    public final ServerSocketChannel openServer() throws IOException {
        return provider().openServerSocketChannel(family);
    }

    @Override
    public final Passing passing() {
        return new UnixPassing();
    }
}
