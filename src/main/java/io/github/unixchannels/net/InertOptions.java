// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The options that only TCP has, which most libraries set: remembered, and without effect. Thread safe.
 *
 * <p>Of the options that the Java platform adds to the standard ones, those whose names begin with {@code TCP_} are among them.
 */
final class InertOptions {

    private static final Set<SocketOption<?>> OF_SOCKETS = Set.of(
            StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_REUSEPORT, StandardSocketOptions.IP_TOS);

    private static final Set<SocketOption<?>> OF_SERVERS = Set.of(StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

    private final Set<SocketOption<?>> known;
    private final Map<SocketOption<?>, Object> values = new HashMap<>(); // guarded by itself

    private InertOptions(Set<SocketOption<?>> known) {
        this.known = known;
    }

    static InertOptions ofSocket() {
        return new InertOptions(OF_SOCKETS);
    }

    static InertOptions ofServer() {
        return new InertOptions(OF_SERVERS);
    }

    boolean has(SocketOption<?> name) {
        return known.contains(name) || name.name().startsWith("TCP_");
    }

    /**
     * Remembers a value.
     *
     * @throws IllegalArgumentException if the option has no such value
     */
    void set(SocketOption<?> name, Object value) {
        if (!name.type().isInstance(value)) {
            throw new IllegalArgumentException(name + ": invalid value: " + value);
        }
        if (name.equals(StandardSocketOptions.IP_TOS)) {
            requireTrafficClass((Integer) value);
        }
        synchronized (values) {
            values.put(name, value);
        }
    }

    static void requireTrafficClass(int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("IP_TOS: " + value + " is not in the range of 0 to 255");
        }
    }

    /** What was set last; false or 0 before. */
    <T> T get(SocketOption<T> name) {
        synchronized (values) {
            Object value = values.get(name);
            return name.type().cast(value != null ? value : name.type() == Boolean.class ? Boolean.FALSE : (Object) 0);
        }
    }

    /** These options, and those of the channel. */
    Set<SocketOption<?>> and(Set<SocketOption<?>> real) {
        Set<SocketOption<?>> all = new HashSet<>(known);
        all.addAll(real);
        return Set.copyOf(all);
    }
}
