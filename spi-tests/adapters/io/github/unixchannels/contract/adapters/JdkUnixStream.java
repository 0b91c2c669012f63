// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.contract.Capability;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.EnumSet;
import java.util.Set;

/** The Java platform's own Unix domain channels. */
public class JdkUnixStream extends UnixPaths {

    @Override
    public String name() {
        return "JDK-UNIX-STREAM";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.CONNECTIONS, Capability.UNIX_ADDRESSES, Capability.BYTE_STREAM, Capability.RESET_ON_CLOSE);
    }

    @Override
    public SelectorProvider provider() {
        return SelectorProvider.provider();
    }

    @Override
    public SocketChannel openSocket() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @Override
    public ServerSocketChannel openServer() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }
}
