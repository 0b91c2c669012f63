// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.leaking;

import io.github.unixchannels.contract.Capability;
import io.github.unixchannels.contract.ProviderUnderTest;
import io.github.unixchannels.contract.adapters.UnixStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.Set;

/** A provider that keeps every rule, and leaks something with every selector. */
abstract class Leaking implements ProviderUnderTest {

    private final UnixStream sound = new UnixStream();

    abstract void leak() throws IOException;

    @Override
    public final Selector openSelector() throws IOException {
        leak();
        return sound.openSelector();
    }

    @Override
    public final Set<Capability> capabilities() {
        return sound.capabilities();
    }

    @Override
    public final SelectorProvider provider() {
        return sound.provider();
    }

    @Override
    public final SocketChannel openSocket() throws IOException {
        return sound.openSocket();
    }

    @Override
    public final ServerSocketChannel openServer() throws IOException {
        return sound.openServer();
    }

    @Override
    public final SocketAddress freeAddress(Path folder) {
        return sound.freeAddress(folder);
    }

    @Override
    public final SocketAddress refusingAddress(Path folder) throws IOException {
        return sound.refusingAddress(folder);
    }
}
