// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.Capability;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.EnumSet;
import java.util.Set;

/** junixsocket's AF_UNIX channels of type SOCK_STREAM. */
public final class JunixsocketStream extends JunixsocketPaths {

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
    public SocketChannel openSocket() throws IOException {
        return provider().openSocketChannel();
    }

    @Override
    public ServerSocketChannel openServer() throws IOException {
        return provider().openServerSocketChannel();
    }
}
