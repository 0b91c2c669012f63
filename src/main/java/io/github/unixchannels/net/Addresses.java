// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.AbstractSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Which addresses the sockets of this package take, and what stands for an address of the internet. */
final class Addresses {

    private Addresses() {}

    /**
     * The address that a text names.
     *
     * @param text a path, or an abstract name after {@code @}
     * @throws IllegalArgumentException if it is empty or too long for the kernel
     */
    static SocketAddress parse(String text) {
        if (text.isEmpty() || text.equals("@")) {
            throw new IllegalArgumentException("\"" + text + "\" is neither a path nor @ and an abstract name");
        }
        return text.startsWith("@") ? AbstractSocketAddress.of(text.substring(1)) : UnixDomainSocketAddress.of(text);
    }

    /** Returns a name of a socket that others can connect to, or throws {@link IllegalArgumentException}. */
    static SocketAddress requireName(SocketAddress address) {
        requireUnix("address", address);
        boolean unnamed = address instanceof UnixDomainSocketAddress path && path.getPath().toString().isEmpty();
        if (unnamed || address.equals(AbstractSocketAddress.AUTOBIND)) {
            throw new IllegalArgumentException("\"" + address + "\" names no socket");
        }
        return address;
    }

    static void requireUnix(String call, SocketAddress address) {
        if (!(address instanceof UnixDomainSocketAddress) && !(address instanceof AbstractSocketAddress)) {
            throw unsupported(call, address);
        }
    }

    static IllegalArgumentException unsupported(String call, SocketAddress address) {
        return new IllegalArgumentException(call + "(" + address + "): Unsupported address type: " + address.getClass().getName());
    }

    /**
     * Where {@code call} goes that was given {@code address}: there, or to the fixed address if the other is of the internet.
     *
     * @param fixed null for none
     * @throws IllegalArgumentException if it is of neither kind
     */
    static SocketAddress target(String call, SocketAddress address, SocketAddress fixed) {
        if (fixed != null && address instanceof InetSocketAddress) {
            return fixed;
        }
        requireUnix(call, address);
        return address;
    }

    /** The wildcard address, which stands for none. */
    static InetAddress none() {
        return new InetSocketAddress(0).getAddress();
    }

    /** @throws IllegalArgumentException if it is none of TCP */
    static void requirePort(int port) {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("Port value out of range: " + port);
        }
    }
}
