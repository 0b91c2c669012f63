// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.Capability;
import io.github.unixchannels.contract.ProviderUnderTest;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** junixsocket's AF_UNIX channels of type SOCK_STREAM. */
public final class JunixsocketStream implements ProviderUnderTest {

    @Override
    public String name() {
        return "JUNIXSOCKET-STREAM";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.CONNECTIONS,
                Capability.BYTE_STREAM,
                Capability.SOCKET_ADAPTOR,
                Capability.RESET_ON_CLOSE,
                Capability.PENDING_BACKLOG);
    }

    @Override
    public SelectorProvider provider() {
        return AFUNIXSelectorProvider.provider();
    }

    @Override
    public SocketChannel openSocket() throws IOException {
        return provider().openSocketChannel();
    }

    @Override
    public ServerSocketChannel openServer() throws IOException {
        return provider().openServerSocketChannel();
    }

    @Override
    public SocketAddress freeAddress(Path folder) throws IOException {
        return AFUNIXSocketAddress.of(Paths.free(folder));
    }

    @Override
    public SocketAddress refusingAddress(Path folder) throws IOException {
        return AFUNIXSocketAddress.of(Paths.refusing(folder));
    }

    @Override
    public boolean isUnix() {
        return true;
    }
}
