// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.UnixSocketOptions;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashSet;
import java.util.Set;

/** The options of channels with a peer. Checks come in the JDK's order: null, not supported, value of the wrong type, closed. */
public final class EndpointOptions {

    public static final Set<SocketOption<?>> OF_DATAGRAMS = supported(false);
    public static final Set<SocketOption<?>> OF_CONNECTIONS = supported(true);

    private EndpointOptions() {}

    private static Set<SocketOption<?>> supported(boolean linger) {
        Set<SocketOption<?>> options = new HashSet<>();
        options.add(StandardSocketOptions.SO_SNDBUF);
        options.add(StandardSocketOptions.SO_RCVBUF);
        if (linger) {
            options.add(StandardSocketOptions.SO_LINGER);
        }
        options.addAll(SocketFlag.options());
        options.addAll(PeerIdentity.OPTIONS);
        return Set.copyOf(options);
    }

    /** The caller is inside the descriptor. */
    public static Object get(Endpoint endpoint, SocketOption<?> name) throws IOException {
        return PeerIdentity.OPTIONS.contains(name) ? PeerIdentity.get(endpoint, name) : SocketOptions.get(endpoint.descriptor(), name);
    }

    /** The caller is inside the descriptor. */
    public static void set(Endpoint endpoint, SocketOption<?> name, Object value) throws SocketException {
        if (PeerIdentity.OPTIONS.contains(name)) {
            throw new SocketException("setsockopt(" + endpoint + ", " + name.name() + "): " + name.name() + " cannot be set");
        }
        if (name == UnixSocketOptions.SO_TIMESTAMP) {
            endpoint.setTimestamps((Boolean) value);
        } else {
            SocketOptions.set(endpoint.descriptor(), name, value);
        }
    }
}
