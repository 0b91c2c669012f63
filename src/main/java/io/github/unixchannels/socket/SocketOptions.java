// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.LingerLayout;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;

/** The options that can be set: those that every JDK channel has too, with the JDK's conventions, and those that are on or off. */
public final class SocketOptions {

    /** The kernel doubles the size it is given, for its own bookkeeping, and reports the double: socket(7). */
    private static final int KERNEL_FACTOR = 2;

    private static final int LEAST_RCVBUF_BYTES = 1024;
    private static final int MOST_LINGER_SECONDS = 65535;

    private SocketOptions() {}

    /**
     * Checks a name.
     *
     * @throws UnsupportedOperationException if it is not among those that are supported
     */
    public static void requireSupported(Set<SocketOption<?>> supported, SocketOption<?> name) {
        Objects.requireNonNull(name);
        if (!supported.contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    /**
     * Checks a value.
     *
     * @throws IllegalArgumentException if it is null or not of the option's type
     */
    public static void requireValue(SocketOption<?> name, Object value) {
        if (!name.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
    }

    /** The value of SO_SNDBUF, SO_RCVBUF, SO_LINGER or a {@link SocketFlag}. The caller is inside the descriptor. */
    public static Object get(SocketDescriptor descriptor, SocketOption<?> name) throws SocketException {
        if (name.type() == Boolean.class) {
            return SocketFlag.of(name).get(descriptor);
        }
        if (name == StandardSocketOptions.SO_LINGER) {
            return getLinger(descriptor);
        }
        int bytes = descriptor.getOption(Linux.SOL_SOCKET, numberOf(name));
        if (bytes < 0) {
            throw ErrnoExceptions.socket("getsockopt", target(descriptor, name), bytes);
        }
        return bytes / KERNEL_FACTOR;
    }

    /**
     * Sets SO_SNDBUF, SO_RCVBUF, SO_LINGER or a {@link SocketFlag} to a value of its type. The caller is inside the descriptor.
     *
     * @throws IllegalArgumentException if a size is negative
     */
    public static void set(SocketDescriptor descriptor, SocketOption<?> name, Object value) throws SocketException {
        if (value instanceof Boolean on) {
            SocketFlag.of(name).set(descriptor, on);
        } else {
            set(descriptor, name, (int) (Integer) value);
        }
    }

    private static void set(SocketDescriptor descriptor, SocketOption<?> name, int value) throws SocketException {
        int result;
        if (name == StandardSocketOptions.SO_LINGER) {
            result = setLinger(descriptor, value);
        } else if (value < 0) {
            String kind = name == StandardSocketOptions.SO_SNDBUF ? "send" : "receive";
            throw new IllegalArgumentException("Invalid " + kind + " buffer size: " + value);
        } else {
            int bytes = name == StandardSocketOptions.SO_RCVBUF ? Math.max(value, LEAST_RCVBUF_BYTES) : value;
            result = descriptor.setOption(Linux.SOL_SOCKET, numberOf(name), bytes);
        }
        if (result < 0) {
            throw ErrnoExceptions.socket("setsockopt", target(descriptor, name), result);
        }
    }

    private static int getLinger(SocketDescriptor descriptor) throws SocketException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int result = descriptor.getOption(Linux.SOL_SOCKET, Linux.SO_LINGER, memory, LingerLayout.BYTES);
            if (result < 0) {
                throw ErrnoExceptions.socket("getsockopt", target(descriptor, StandardSocketOptions.SO_LINGER), result);
            }
            ByteBuffer structs = memory.structs().buffer();
            boolean on = structs.getInt(memory.valueOffset() + LingerLayout.ON) != 0;
            return on ? structs.getInt(memory.valueOffset() + LingerLayout.SECONDS) : -1;
        } finally {
            memory.release();
        }
    }

    private static int setLinger(SocketDescriptor descriptor, int seconds) {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            ByteBuffer structs = memory.structs().buffer();
            structs.putInt(memory.valueOffset() + LingerLayout.ON, seconds >= 0 ? 1 : 0);
            structs.putInt(memory.valueOffset() + LingerLayout.SECONDS, Math.max(0, Math.min(seconds, MOST_LINGER_SECONDS)));
            return descriptor.setOption(Linux.SOL_SOCKET, Linux.SO_LINGER, memory, LingerLayout.BYTES);
        } finally {
            memory.release();
        }
    }

    private static int numberOf(SocketOption<?> name) {
        return name == StandardSocketOptions.SO_SNDBUF ? Linux.SO_SNDBUF : Linux.SO_RCVBUF;
    }

    /** How messages name an option of a socket. */
    static String target(Descriptor descriptor, SocketOption<?> name) {
        return "fd=" + descriptor.fd() + ", " + name.name();
    }
}
