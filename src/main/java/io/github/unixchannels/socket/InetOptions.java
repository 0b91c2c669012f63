// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Set;

/** The options of AF_INET and AF_INET6, with the JDK's conventions. */
final class InetOptions {

    private static final int MOST_TOS = 255;

    private record Number(int level, int option) {}

    private static final Map<SocketOption<?>, Number> SWITCHES = Map.of(
            StandardSocketOptions.SO_KEEPALIVE, new Number(Linux.SOL_SOCKET, Linux.SO_KEEPALIVE),
            StandardSocketOptions.SO_REUSEADDR, new Number(Linux.SOL_SOCKET, Linux.SO_REUSEADDR),
            StandardSocketOptions.SO_REUSEPORT, new Number(Linux.SOL_SOCKET, Linux.SO_REUSEPORT),
            StandardSocketOptions.SO_BROADCAST, new Number(Linux.SOL_SOCKET, Linux.SO_BROADCAST),
            StandardSocketOptions.TCP_NODELAY, new Number(Linux.IPPROTO_TCP, Linux.TCP_NODELAY));

    private static final Number TOS = new Number(Linux.IPPROTO_IP, Linux.IP_TOS);
    private static final Number TRAFFIC_CLASS = new Number(Linux.IPPROTO_IPV6, Linux.IPV6_TCLASS);

    /** Of a connection of TCP. */
    static final Set<SocketOption<?>> CONNECTION = Set.of(
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_REUSEPORT,
            StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.TCP_NODELAY,
            StandardSocketOptions.IP_TOS);

    /** Of a listening socket of TCP. */
    static final Set<SocketOption<?>> LISTENER = Set.of(
            StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

    /** Of UDP. */
    static final Set<SocketOption<?>> DATAGRAM = Set.of(
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_BROADCAST,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_REUSEPORT,
            StandardSocketOptions.IP_TOS);

    private InetOptions() {}

    /** The caller is inside the descriptor. */
    static Object get(SocketDescriptor descriptor, SocketFamily family, SocketOption<?> name) throws SocketException {
        if (SWITCHES.containsKey(name)) {
            return getInt(descriptor, SWITCHES.get(name), name) != 0;
        }
        if (name == StandardSocketOptions.IP_TOS) {
            return getInt(descriptor, family == SocketFamily.INET6 ? TRAFFIC_CLASS : TOS, name);
        }
        return SocketOptions.get(descriptor, name);
    }

    /**
     * The caller is inside the descriptor.
     *
     * @throws IllegalArgumentException if a size is negative, or IP_TOS no byte
     */
    static void set(SocketDescriptor descriptor, SocketFamily family, SocketOption<?> name, Object value) throws SocketException {
        if (SWITCHES.containsKey(name)) {
            setInt(descriptor, SWITCHES.get(name), name, (Boolean) value ? 1 : 0);
        } else if (name == StandardSocketOptions.IP_TOS) {
            setTos(descriptor, family, (Integer) value);
        } else {
            SocketOptions.set(descriptor, name, (Integer) value);
        }
    }

    /** An AF_INET6 socket sends to IPv4 too, by the other option. */
    private static void setTos(SocketDescriptor descriptor, SocketFamily family, int value) throws SocketException {
        if (value < 0 || value > MOST_TOS) {
            throw new IllegalArgumentException("Invalid IP_TOS value: " + value);
        }
        if (family == SocketFamily.INET6) {
            setInt(descriptor, TRAFFIC_CLASS, StandardSocketOptions.IP_TOS, value);
        }
        setInt(descriptor, TOS, StandardSocketOptions.IP_TOS, value);
    }

    private static int getInt(SocketDescriptor descriptor, Number number, SocketOption<?> name) throws SocketException {
        int value = descriptor.getOption(number.level, number.option);
        if (value < 0) {
            throw ErrnoExceptions.socket("getsockopt", SocketOptions.target(descriptor, name), value);
        }
        return value;
    }

    private static void setInt(SocketDescriptor descriptor, Number number, SocketOption<?> name, int value) throws SocketException {
        int result = descriptor.setOption(number.level, number.option, value);
        if (result < 0) {
            throw ErrnoExceptions.socket("setsockopt", SocketOptions.target(descriptor, name), result);
        }
    }
}
