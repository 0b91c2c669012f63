// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.InetAddresses;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.SockaddrIn6Layout;
import io.github.unixchannels.sys.layout.SockaddrInLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;

/** Giving names to sockets of AF_INET and AF_INET6, asking for them and connecting them. */
public final class InetSockets {

    private InetSockets() {}

    /** What a socket is bound to that is bound to nothing in particular: any address of this host, and a port of the kernel's choice. */
    public static InetSocketAddress wildcard(int family) {
        try {
            int bytes = family == Linux.AF_INET6 ? SockaddrIn6Layout.ADDRESS_BYTES : SockaddrInLayout.ADDRESS_BYTES;
            return new InetSocketAddress(InetAddress.getByAddress(new byte[bytes]), 0);
        } catch (UnknownHostException e) {
            throw new AssertionError("of 4 or 16 bytes", e);
        }
    }

    /**
     * bind(2).
     *
     * @return the address as the kernel has it, with the port that it chose
     */
    public static InetSocketAddress bind(SocketDescriptor descriptor, int family, InetSocketAddress local) throws SocketException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int length = InetAddresses.encode(local, family, memory.structs().buffer(), memory.addressOffset());
            int result = descriptor.bind(memory, length);
            if (result < 0) {
                throw ErrnoExceptions.socket("bind", local, result);
            }
        } finally {
            memory.release();
        }
        return localName(descriptor);
    }

    /** connect(2), once: 0, or an error number negated. */
    static int connect(SocketDescriptor descriptor, int family, InetSocketAddress target) {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int length = InetAddresses.encode(target, family, memory.structs().buffer(), memory.addressOffset());
            return descriptor.connect(memory, length);
        } finally {
            memory.release();
        }
    }

    /** getsockname(2); the port is 0 if the socket is not bound. */
    public static InetSocketAddress localName(SocketDescriptor descriptor) throws SocketException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int result = descriptor.localName(memory);
            if (result < 0) {
                throw ErrnoExceptions.socket("getsockname", "fd=" + descriptor.fd(), result);
            }
            return InetAddresses.decode(memory.structs().buffer(), memory.addressOffset());
        } finally {
            memory.release();
        }
    }

    /** getpeername(2), or null if the socket is not connected, or not any more. */
    static InetSocketAddress peerName(SocketDescriptor descriptor) throws SocketException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int result = descriptor.peerName(memory);
            if (result == -Errno.ENOTCONN) {
                return null;
            }
            if (result < 0) {
                throw ErrnoExceptions.socket("getpeername", "fd=" + descriptor.fd(), result);
            }
            return InetAddresses.decode(memory.structs().buffer(), memory.addressOffset());
        } finally {
            memory.release();
        }
    }
}
