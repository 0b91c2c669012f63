// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.Capability;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.EnumSet;
import java.util.Set;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketChannel;

/** jnr-unixsocket's channels of type SOCK_STREAM. */
public final class JnrUnixsocket extends JnrPaths {

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
    public SocketChannel openSocket() throws IOException {
        return UnixSocketChannel.open();
    }

    @Override
    public ServerSocketChannel openServer() throws IOException {
        return new JnrServerChannel(UnixServerSocketChannel.open());
    }
}
