// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.Capability;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.EnumSet;
import java.util.Set;
import jnr.unixsocket.UnixDatagramChannel;

/** jnr-unixsocket's channels of type SOCK_DGRAM. */
public final class JnrUnixsocketDatagram extends JnrPaths {

    @Override
    public String name() {
        return "JNR-UNIXSOCKET-DGRAM";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.DATAGRAMS, Capability.RECEIVER_LIMITS, Capability.SOCKET_ADAPTOR);
    }

    @Override
    public DatagramChannel openDatagram() throws IOException {
        return UnixDatagramChannel.open();
    }
}
