// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.contract.Capability;
import io.github.unixchannels.contract.ProviderUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** The Java platform's TCP channels, on the loopback address. */
public class JdkTcp implements ProviderUnderTest {

    @Override
    public String name() {
        return "JDK-TCP";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.CONNECTIONS, Capability.BYTE_STREAM, Capability.SOCKET_ADAPTOR, Capability.RESET_ON_CLOSE);
    }

    @Override
    public SelectorProvider provider() {
        return SelectorProvider.provider();
    }

    @Override
    public SocketChannel openSocket() throws IOException {
        return SocketChannel.open();
    }

    @Override
    public ServerSocketChannel openServer() throws IOException {
        return ServerSocketChannel.open();
    }

    @Override
    public SocketAddress freeAddress(Path folder) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public SocketAddress refusingAddress(Path folder) throws IOException {
        try (ServerSocketChannel closed = ServerSocketChannel.open().bind(freeAddress(folder))) {
            return closed.getLocalAddress();
        }
    }
}
