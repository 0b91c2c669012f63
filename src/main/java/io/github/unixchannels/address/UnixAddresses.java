// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Printable;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Socket addresses as {@code sockaddr_un}, both ways.
 *
 * <p>The length tells the kinds apart, unix(7): unnamed is the family alone, an abstract name begins with a NUL and is as long as the
 * length says, a path may or may not end with a NUL.
 */
public final class UnixAddresses {

    /** The address of a socket that has no name. */
    public static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    /** The length to which {@link AbstractSocketAddress#AUTOBIND} is encoded: the family alone. */
    public static final int AUTOBIND_LENGTH = SockaddrUnLayout.PATH;

    /** How much room {@link #decode} takes for an address that the kernel writes. */
    public static final int RECEIVE_LENGTH = SockaddrUnLayout.RECEIVE_BYTES;

    private UnixAddresses() {}

    /**
     * Returns {@code address}, which connect(2) or send(2) can name.
     *
     * @throws NullPointerException if it is null
     * @throws UnsupportedAddressTypeException if it is neither a {@link UnixDomainSocketAddress} nor an abstract name
     */
    public static SocketAddress requireTarget(SocketAddress address) {
        Objects.requireNonNull(address);
        if (address == AbstractSocketAddress.AUTOBIND) {
            throw new UnsupportedAddressTypeException();
        }
        return requireUnix(address);
    }

    /**
     * Returns {@code address}, which bind(2) can take.
     *
     * @throws UnsupportedAddressTypeException if it is neither a {@link UnixDomainSocketAddress} nor an abstract name
     */
    public static SocketAddress requireUnix(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress || address instanceof AbstractSocketAddress) {
            return address;
        }
        throw new UnsupportedAddressTypeException();
    }

    /** Whether this is the address of a socket without a name. */
    public static boolean isUnnamed(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress unix && unix.getPath().toString().isEmpty();
    }

    /** How messages name an address: {@code @name}, a path, or {@code unnamed}. What does not show as itself is escaped. */
    public static String describe(SocketAddress address) {
        if (address == null || isUnnamed(address)) {
            return "unnamed";
        }
        return address instanceof UnixDomainSocketAddress unix ? Printable.of(PathBytes.of(unix.getPath())) : address.toString();
    }

    /** Whether it is a path that is longer than the kernel takes in an address. */
    public static boolean isTooLong(UnixDomainSocketAddress address) {
        return PathBytes.ofCall(address.getPath()).length > SockaddrUnLayout.PATH_BYTES;
    }

    /**
     * Writes an address at an offset of a buffer.
     *
     * @return its length in bytes
     * @throws SocketException if it is a path longer than {@link SockaddrUnLayout#PATH_BYTES}
     */
    public static int encode(SocketAddress address, ByteBuffer to, int offset) throws SocketException {
        to.putShort(offset + SockaddrUnLayout.FAMILY, (short) Linux.AF_UNIX);
        int path = offset + SockaddrUnLayout.PATH;
        if (address == AbstractSocketAddress.AUTOBIND) {
            return AUTOBIND_LENGTH;
        }
        if (address instanceof AbstractSocketAddress abstractAddress) {
            byte[] name = abstractAddress.name();
            to.put(path, (byte) 0);
            to.put(path + 1, name);
            return SockaddrUnLayout.PATH + 1 + name.length;
        }
        byte[] bytes = PathBytes.ofCall(((UnixDomainSocketAddress) address).getPath());
        if (bytes.length > SockaddrUnLayout.PATH_BYTES) {
            throw new SocketException("Unix domain path too long: " + bytes.length + " bytes, of which the kernel takes "
                    + SockaddrUnLayout.PATH_BYTES + ": " + Printable.of(bytes));
        }
        to.put(path, bytes);
        if (bytes.length == SockaddrUnLayout.PATH_BYTES) {
            return SockaddrUnLayout.BYTES;
        }
        to.put(path + bytes.length, (byte) 0);
        return SockaddrUnLayout.PATH + bytes.length + 1;
    }

    /** Reads the address that the kernel wrote at an offset of a buffer, with the length it reported. Never null. */
    public static SocketAddress decode(ByteBuffer from, int offset, int lengthBytes) {
        int length = Math.min(lengthBytes, SockaddrUnLayout.RECEIVE_BYTES) - SockaddrUnLayout.PATH;
        if (length <= 0) {
            return UNNAMED;
        }
        int path = offset + SockaddrUnLayout.PATH;
        if (from.get(path) == 0) {
            return AbstractSocketAddress.of(bytes(from, path + 1, length - 1));
        }
        int end = 0;
        while (end < length && from.get(path + end) != 0) {
            end++;
        }
        Path name = PathBytes.path(bytes(from, path, end));
        return UnixDomainSocketAddress.of(name);
    }

    private static byte[] bytes(ByteBuffer from, int offset, int length) {
        byte[] bytes = new byte[length];
        from.get(offset, bytes);
        return bytes;
    }
}
