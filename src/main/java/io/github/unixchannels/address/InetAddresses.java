// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.SockaddrIn6Layout;
import io.github.unixchannels.sys.layout.SockaddrInLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;

/**
 * Addresses of TCP and UDP as {@code sockaddr_in} and {@code sockaddr_in6}, both ways.
 *
 * <p>To an AF_INET6 socket an IPv4 address is ::ffff:a.b.c.d, ipv6(7), and the wildcard of one is that of the other.
 */
public final class InetAddresses {

    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private InetAddresses() {}

    /**
     * Returns {@code address}, which a socket of that family can name.
     *
     * @param family AF_INET or AF_INET6
     * @throws NullPointerException if it is null
     * @throws UnsupportedAddressTypeException if it is no {@link InetSocketAddress}, or one of IPv6 and the family is AF_INET
     * @throws UnresolvedAddressException if it is not resolved
     */
    public static InetSocketAddress require(SocketAddress address, int family) {
        Objects.requireNonNull(address);
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        if (family == Linux.AF_INET && !(inet.getAddress() instanceof Inet4Address)) {
            throw new UnsupportedAddressTypeException();
        }
        return inet;
    }

    /**
     * Writes an address at an offset of a buffer.
     *
     * @param family AF_INET or AF_INET6
     * @return its length in bytes
     */
    public static int encode(InetSocketAddress address, int family, ByteBuffer to, int offset) {
        byte[] bytes = address.getAddress().getAddress();
        to.putShort(offset + SockaddrInLayout.FAMILY, (short) family);
        to.put(offset + SockaddrInLayout.PORT, (byte) (address.getPort() >>> Byte.SIZE));
        to.put(offset + SockaddrInLayout.PORT + 1, (byte) address.getPort());
        if (family == Linux.AF_INET) {
            to.put(offset + SockaddrInLayout.ADDRESS, bytes);
            to.putLong(offset + SockaddrInLayout.ZEROS, 0);
            return SockaddrInLayout.BYTES;
        }
        int at = offset + SockaddrIn6Layout.ADDRESS;
        to.putInt(offset + SockaddrIn6Layout.FLOWINFO, 0);
        if (bytes.length == SockaddrIn6Layout.ADDRESS_BYTES) {
            to.put(at, bytes);
        } else if (address.getAddress().isAnyLocalAddress()) {
            to.put(at, new byte[SockaddrIn6Layout.ADDRESS_BYTES]);
        } else {
            to.put(at, MAPPED).put(at + MAPPED.length, bytes);
        }
        to.putInt(offset + SockaddrIn6Layout.SCOPE_ID, address.getAddress() instanceof Inet6Address six ? six.getScopeId() : 0);
        return SockaddrIn6Layout.BYTES;
    }

    /** Reads the address that the kernel wrote at an offset of a buffer, of IPv4 if it is mapped; null if it is of neither family. */
    public static InetSocketAddress decode(ByteBuffer from, int offset) {
        int family = from.getShort(offset + SockaddrInLayout.FAMILY);
        int high = from.get(offset + SockaddrInLayout.PORT) & 0xff;
        int port = high << Byte.SIZE | from.get(offset + SockaddrInLayout.PORT + 1) & 0xff;
        try {
            if (family == Linux.AF_INET) {
                byte[] bytes = bytes(from, offset + SockaddrInLayout.ADDRESS, SockaddrInLayout.ADDRESS_BYTES);
                return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
            }
            if (family == Linux.AF_INET6) {
                byte[] bytes = bytes(from, offset + SockaddrIn6Layout.ADDRESS, SockaddrIn6Layout.ADDRESS_BYTES);
                int scope = from.getInt(offset + SockaddrIn6Layout.SCOPE_ID);
                InetAddress address = InetAddress.getByAddress(bytes);
                boolean scoped = scope != 0 && address instanceof Inet6Address;
                return new InetSocketAddress(scoped ? Inet6Address.getByAddress(null, bytes, scope) : address, port);
            }
            return null;
        } catch (UnknownHostException e) {
            throw new AssertionError("of 4 or 16 bytes", e);
        }
    }

    private static byte[] bytes(ByteBuffer from, int offset, int length) {
        byte[] bytes = new byte[length];
        from.get(offset, bytes);
        return bytes;
    }
}
