// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.frameworks;

import io.github.unixchannels.UnixSelectorProvider;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Our provider, with an account of the selectors that it opened: a framework that distrusts one opens another. */
final class CountingProvider extends SelectorProvider {

    private final SelectorProvider ours = UnixSelectorProvider.provider();
    private final List<Selector> selectors = new CopyOnWriteArrayList<>();

    /** What it opened, in that order. */
    List<Selector> selectors() {
        return selectors;
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        AbstractSelector selector = ours.openSelector();
        selectors.add(selector);
        return selector;
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return ours.openSocketChannel();
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return ours.openSocketChannel(family);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return ours.openServerSocketChannel();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return ours.openServerSocketChannel(family);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return ours.openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return ours.openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return ours.openPipe();
    }
}
