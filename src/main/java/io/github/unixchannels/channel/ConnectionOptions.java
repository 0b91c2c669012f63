// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.UnixSocketOptions;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashSet;
import java.util.Set;

/** The options of a socket channel. Checks come in the JDK's order: null, not supported, value of the wrong type, closed. */
final class ConnectionOptions {

    static final Set<SocketOption<?>> SUPPORTED = supported();

    private ConnectionOptions() {}

    private static Set<SocketOption<?>> supported() {
        Set<SocketOption<?>> options = new HashSet<>();
        options.add(StandardSocketOptions.SO_SNDBUF);
        options.add(StandardSocketOptions.SO_RCVBUF);
        options.add(StandardSocketOptions.SO_LINGER);
        options.add(UnixSocketOptions.SO_PEERCRED);
        options.addAll(PeerIdentity.jdkOptions());
        return Set.copyOf(options);
    }

    static void requireSupported(SocketOption<?> name) {
        SocketOptions.requireSupported(SUPPORTED, name);
    }

    /** The caller is inside the descriptor. */
    static Object get(Connection connection, SocketOption<?> name) throws IOException {
        if (name == UnixSocketOptions.SO_PEERCRED) {
            return PeerIdentity.credentials(connection);
        }
        if (PeerIdentity.isJdkOption(name)) {
            return PeerIdentity.jdkPrincipal(connection);
        }
        return SocketOptions.get(connection.descriptor(), name);
    }

    /** The caller is inside the descriptor. */
    static void set(Connection connection, SocketOption<?> name, Object value) throws SocketException {
        if (!(value instanceof Integer number)) {
            throw new SocketException("setsockopt(" + connection + ", " + name.name() + "): " + name.name() + " cannot be set");
        }
        SocketOptions.set(connection.descriptor(), name, number);
    }
}
