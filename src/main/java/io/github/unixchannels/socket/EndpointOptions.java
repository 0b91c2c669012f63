// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.descriptor.SocketDescriptor;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Which options the sockets of a family have, and their values. Checks come in the JDK's order: null, not supported, value of the wrong type, closed. */
public final class EndpointOptions {

    private static final Set<SocketOption<?>> UNIX_DATAGRAMS = supported(false);
    private static final Set<SocketOption<?>> UNIX_CONNECTIONS = supported(true);

    private EndpointOptions() {}

    /** Of sockets that connect or are connected. */
    public static Set<SocketOption<?>> ofConnections(SocketFamily family) {
        return family == SocketFamily.UNIX ? UNIX_CONNECTIONS : InetOptions.CONNECTION;
    }

    /** Of sockets that listen. */
    public static Set<SocketOption<?>> ofListeners(SocketFamily family) {
        return family == SocketFamily.UNIX ? UnixListeners.OPTIONS : InetOptions.LISTENER;
    }

    /** Of datagram sockets. */
    public static Set<SocketOption<?>> ofDatagrams(SocketFamily family) {
        return family == SocketFamily.UNIX ? UNIX_DATAGRAMS : InetOptions.DATAGRAM;
    }

    private static Set<SocketOption<?>> supported(boolean linger) {
        Set<SocketOption<?>> options = new HashSet<>();
        options.add(StandardSocketOptions.SO_SNDBUF);
        options.add(StandardSocketOptions.SO_RCVBUF);
        if (linger) {
            options.add(StandardSocketOptions.SO_LINGER);
        }
        options.add(UnixSocketOptions.SO_RCVTIMEO);
        options.add(UnixSocketOptions.SO_SNDTIMEO);
        options.addAll(SocketFlag.options());
        options.addAll(PeerIdentity.OPTIONS);
        return Set.copyOf(options);
    }

    /** The caller is inside the descriptor. */
    public static Object get(Endpoint endpoint, SocketOption<?> name) throws IOException {
        if (name == UnixSocketOptions.SO_RCVTIMEO) {
            return TimeoutOption.value(endpoint.receiveTimeoutNanos());
        }
        if (name == UnixSocketOptions.SO_SNDTIMEO) {
            return TimeoutOption.value(endpoint.sendTimeoutNanos());
        }
        return endpoint.family() == SocketFamily.UNIX && PeerIdentity.OPTIONS.contains(name)
                ? PeerIdentity.get(endpoint, name)
                : get(endpoint.descriptor(), endpoint.family(), name);
    }

    /** As {@link #get(Endpoint, SocketOption)}, of a socket without a peer. */
    public static Object get(SocketDescriptor descriptor, SocketFamily family, SocketOption<?> name) throws SocketException {
        return family == SocketFamily.UNIX ? SocketOptions.get(descriptor, name) : InetOptions.get(descriptor, family, name);
    }

    /** The caller is inside the descriptor. */
    public static void set(Endpoint endpoint, SocketOption<?> name, Object value) throws SocketException {
        if (endpoint.family() == SocketFamily.UNIX && PeerIdentity.OPTIONS.contains(name)) {
            throw new SocketException("setsockopt(" + endpoint + ", " + name.name() + "): " + name.name() + " cannot be set");
        }
        if (name == UnixSocketOptions.SO_TIMESTAMP) {
            endpoint.setTimestamps((Boolean) value);
        } else if (name == UnixSocketOptions.SO_RCVTIMEO) {
            endpoint.receiveTimeoutNanos(TimeoutOption.nanos((Duration) value));
        } else if (name == UnixSocketOptions.SO_SNDTIMEO) {
            endpoint.sendTimeoutNanos(TimeoutOption.nanos((Duration) value));
        } else {
            set(endpoint.descriptor(), endpoint.family(), name, value);
        }
    }

    /** As {@link #set(Endpoint, SocketOption, Object)}, of a socket without a peer. */
    public static void set(SocketDescriptor descriptor, SocketFamily family, SocketOption<?> name, Object value) throws SocketException {
        if (family == SocketFamily.UNIX) {
            SocketOptions.set(descriptor, name, value);
        } else {
            InetOptions.set(descriptor, family, name, value);
        }
    }

    /** Made when the first channel listens. */
    private static final class UnixListeners {

        private static final Set<SocketOption<?>> OPTIONS = supported();

        private static Set<SocketOption<?>> supported() {
            Set<SocketOption<?>> options = SocketFlag.inheritedOptions();
            options.add(StandardSocketOptions.SO_RCVBUF);
            options.add(UnixSocketOptions.SO_RCVTIMEO);
            return Set.copyOf(options);
        }
    }
}
