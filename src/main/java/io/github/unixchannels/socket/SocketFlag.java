// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.net.SocketException;
import java.net.SocketOption;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** The options of AF_UNIX that are on or off, which the kernel keeps. */
public enum SocketFlag {
    PASSCRED(UnixSocketOptions.SO_PASSCRED, Linux.SO_PASSCRED, "Linux 2.2"),
    PASSPIDFD(UnixSocketOptions.SO_PASSPIDFD, Linux.SO_PASSPIDFD, "Linux 6.5"),
    PASSSEC(UnixSocketOptions.SO_PASSSEC, Linux.SO_PASSSEC, "Linux 2.6.18 with security modules"),
    PASSRIGHTS(UnixSocketOptions.SO_PASSRIGHTS, Linux.SO_PASSRIGHTS, "Linux 6.16"),
    TIMESTAMP(UnixSocketOptions.SO_TIMESTAMP, Linux.SO_TIMESTAMP, "Linux 2.2");

    private final SocketOption<Boolean> option;
    private final int number;
    private final String needs;

    SocketFlag(SocketOption<Boolean> option, int number, String needs) {
        this.option = option;
        this.number = number;
        this.needs = needs;
    }

    /** All. */
    static Set<SocketOption<?>> options() {
        return options(EnumSet.allOf(SocketFlag.class));
    }

    /** Those that accepted sockets have from their listener (unix_stream_connect). */
    public static Set<SocketOption<?>> inheritedOptions() {
        return options(EnumSet.complementOf(EnumSet.of(TIMESTAMP)));
    }

    private static Set<SocketOption<?>> options(Set<SocketFlag> flags) {
        Set<SocketOption<?>> options = new HashSet<>();
        for (SocketFlag flag : flags) {
            options.add(flag.option);
        }
        return options;
    }

    /** The flag that an option stands for; it is one of {@link #options}. */
    static SocketFlag of(SocketOption<?> option) {
        for (SocketFlag flag : values()) {
            if (flag.option == option) {
                return flag;
            }
        }
        throw new AssertionError(option);
    }

    /** The caller is inside the descriptor. */
    boolean get(SocketDescriptor descriptor) throws SocketException {
        int value = descriptor.getOption(Linux.SOL_SOCKET, number);
        if (value < 0) {
            throw failed("getsockopt", descriptor, value);
        }
        return value != 0;
    }

    /** The caller is inside the descriptor. */
    void set(SocketDescriptor descriptor, boolean on) throws SocketException {
        int result = descriptor.setOption(Linux.SOL_SOCKET, number, on ? 1 : 0);
        if (result < 0) {
            throw failed("setsockopt", descriptor, result);
        }
    }

    private SocketException failed(String call, SocketDescriptor descriptor, int result) {
        if (result == -Errno.ENOPROTOOPT || result == -Errno.EOPNOTSUPP) {
            throw new UnsupportedOperationException(option + " needs " + needs);
        }
        return ErrnoExceptions.socket(call, SocketOptions.target(descriptor, option), result);
    }
}
