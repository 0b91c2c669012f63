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
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

/** jnr-unixsocket's channels with jnr-enxio's selector. */
public final class JnrUnixsocket implements ProviderUnderTest {

    @Override
    public String name() {
        return "JNR-UNIXSOCKET";
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
        return NativeSelectorProvider.getInstance();
    }

    @Override
    public SocketChannel openSocket() throws IOException {
        return UnixSocketChannel.open();
    }

    @Override
    public ServerSocketChannel openServer() throws IOException {
        return new JnrServerChannel(UnixServerSocketChannel.open());
    }

    @Override
    public SocketAddress freeAddress(Path folder) {
        return new UnixSocketAddress(Paths.free(folder).toFile());
    }

    @Override
    public SocketAddress refusingAddress(Path folder) throws IOException {
        return new UnixSocketAddress(Paths.refusing(folder).toFile());
    }

    @Override
    public boolean isUnix() {
        return true;
    }
}
