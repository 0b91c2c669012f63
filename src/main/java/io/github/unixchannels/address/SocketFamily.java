// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.SockaddrIn6Layout;
import io.github.unixchannels.sys.layout.SockaddrInLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** The address family of a socket: which addresses the socket takes, and how they look to the kernel. */
public enum SocketFamily {
    UNIX(Linux.AF_UNIX),
    INET(Linux.AF_INET),
    INET6(Linux.AF_INET6);

    private final int number;

    SocketFamily(int number) {
        this.number = number;
    }

    /** The family with that number; null if no channel is made of such a socket. */
    public static SocketFamily of(int number) {
        for (SocketFamily family : values()) {
            if (family.number == number) {
                return family;
            }
        }
        return null;
    }

    /** The number that socket(2) knows the family by. */
    public int number() {
        return number;
    }

    /**
     * Returns {@code address}, which bind(2) can take.
     *
     * @throws UnsupportedAddressTypeException if it is of another family
     * @throws UnresolvedAddressException if it is not resolved
     */
    public SocketAddress requireBindable(SocketAddress address) {
        return this == UNIX ? UnixAddresses.requireUnix(address) : InetAddresses.require(address, number);
    }

    /**
     * Returns {@code address}, which connect(2) or sendto(2) can name.
     *
     * @throws NullPointerException if it is null
     * @throws UnsupportedAddressTypeException if it is of another family, or can only be bound to
     * @throws UnresolvedAddressException if it is not resolved
     */
    public SocketAddress requireTarget(SocketAddress address) {
        return this == UNIX ? UnixAddresses.requireTarget(address) : InetAddresses.require(address, number);
    }

    /** What a socket is bound to of which no peer needs to know the name: of AF_UNIX nothing, otherwise {@link #chosenByKernel}. */
    public SocketAddress unnamed() {
        return this == UNIX ? UnixAddresses.UNNAMED : wildcard();
    }

    /** The address for bind(2) that lets the kernel choose: an abstract name, or any address of this host with a free port. */
    public SocketAddress chosenByKernel() {
        return this == UNIX ? AbstractSocketAddress.AUTOBIND : wildcard();
    }

    private InetSocketAddress wildcard() {
        try {
            int bytes = this == INET6 ? SockaddrIn6Layout.ADDRESS_BYTES : SockaddrInLayout.ADDRESS_BYTES;
            return new InetSocketAddress(InetAddress.getByAddress(new byte[bytes]), 0);
        } catch (UnknownHostException e) {
            throw new AssertionError("of 4 or 16 bytes", e);
        }
    }

    /** Whether getsockname(2) says so of a socket that is not bound. */
    public boolean isUnbound(SocketAddress name) {
        return this == UNIX ? UnixAddresses.isUnnamed(name) : ((InetSocketAddress) name).getPort() == 0;
    }

    /** Whether a socket that was bound to that address may have another name. */
    public boolean isCompletedByKernel(SocketAddress bound) {
        return this != UNIX || bound == AbstractSocketAddress.AUTOBIND || PathBytes.isResolved(bound);
    }

    /**
     * Writes an address at an offset of a buffer.
     *
     * @return its length in bytes
     * @throws SocketException if it is a path that is too long
     */
    public int encode(SocketAddress address, ByteBuffer to, int offset) throws SocketException {
        return this == UNIX
                ? UnixAddresses.encode(address, to, offset)
                : InetAddresses.encode((InetSocketAddress) address, number, to, offset);
    }

    /** Reads the address that the kernel wrote at an offset of a buffer, with the length it reported. */
    public SocketAddress decode(ByteBuffer from, int offset, int lengthBytes) {
        return this == UNIX ? UnixAddresses.decode(from, offset, lengthBytes) : InetAddresses.decode(from, offset);
    }
}
