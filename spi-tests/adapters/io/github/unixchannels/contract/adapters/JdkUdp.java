// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.contract.Capability;
import io.github.unixchannels.contract.ProviderUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** The Java platform's UDP channels, on the loopback address, where nothing is lost that a receiver has room for. */
public class JdkUdp implements ProviderUnderTest {

    @Override
    public String name() {
        return "JDK-UDP";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.DATAGRAMS, Capability.SOCKET_ADAPTOR);
    }

    @Override
    public SelectorProvider provider() {
        return SelectorProvider.provider();
    }

    @Override
    public DatagramChannel openDatagram() throws IOException {
        return DatagramChannel.open();
    }

    @Override
    public SocketAddress freeAddress(Path folder) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public SocketAddress refusingAddress(Path folder) throws IOException {
        try (DatagramChannel closed = DatagramChannel.open().bind(freeAddress(folder))) {
            return closed.getLocalAddress();
        }
    }
}
