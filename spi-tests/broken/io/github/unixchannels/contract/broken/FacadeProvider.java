// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** Opens what the provider behind opens, with a facade before it. Datagram channels and pipes are those of the provider behind. */
final class FacadeProvider extends SelectorProvider {

    private final Facade facade;

    FacadeProvider(Facade facade) {
        this.facade = facade;
    }

    private SelectorProvider behind() {
        return facade.behind().provider();
    }

    /** A facade before a channel that was accepted. */
    FacadeSocket wrap(SocketChannel accepted) {
        return facade.wrap(accepted);
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        return facade.wrap(facade.behind().openSelector());
    }

    @Override
    public FacadeSocket openSocketChannel() throws IOException {
        return facade.wrap(behind().openSocketChannel());
    }

    @Override
    public FacadeSocket openSocketChannel(ProtocolFamily family) throws IOException {
        return facade.wrap(behind().openSocketChannel(family));
    }

    @Override
    public FacadeServer openServerSocketChannel() throws IOException {
        return facade.wrap(behind().openServerSocketChannel());
    }

    @Override
    public FacadeServer openServerSocketChannel(ProtocolFamily family) throws IOException {
        return facade.wrap(behind().openServerSocketChannel(family));
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return behind().openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return behind().openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return behind().openPipe();
    }
}
