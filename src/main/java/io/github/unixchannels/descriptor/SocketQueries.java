// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the kernel says of a number that may be a socket, or not, or nothing any more. */
public final class SocketQueries {

    // struct sockaddr_in { sa_family_t; in_port_t; struct in_addr }
    private static final int PORT = 2;
    private static final int INET_ADDRESS = 4;
    // struct sockaddr_in6 { sa_family_t; in_port_t; uint32_t flowinfo; struct in6_addr; uint32_t scope }
    private static final int INET6_ADDRESS = 8;

    private static final int ADDRESS_BYTES = 128;

    private SocketQueries() {}

    public static boolean isSocket(int number, Syscalls sys) {
        return option(number, Linux.SO_TYPE, sys) >= 0;
    }

    /** An option of SOL_SOCKET that is an int and not negative; or the error number, negated. */
    public static int option(int number, int name, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory structs = memory.structs();
            structs.buffer().putInt(memory.lengthOffset(), Integer.BYTES);
            int result = sys.getsockopt(number, Linux.SOL_SOCKET, name, structs.address() + memory.valueOffset(),
                    structs.address() + memory.lengthOffset());
            return result < 0 ? result : structs.buffer().getInt(memory.valueOffset());
        } finally {
            memory.release();
        }
    }

    /** SO_COOKIE, which no other socket has; negative if it is no socket. */
    public static long cookie(int number, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory structs = memory.structs();
            structs.buffer().putInt(memory.lengthOffset(), Long.BYTES);
            int result = sys.getsockopt(number, Linux.SOL_SOCKET, Linux.SO_COOKIE, structs.address() + memory.valueOffset(),
                    structs.address() + memory.lengthOffset());
            return result < 0 ? result : structs.buffer().getLong(memory.valueOffset());
        } finally {
            memory.release();
        }
    }

    /** The local name of a socket of IPv4 or IPv6, with port 0 if it has none; null if it is no such socket. */
    public static InetSocketAddress localName(int number, Syscalls sys) {
        return name(number, false, sys);
    }

    /** The name of the peer of a socket of IPv4 or IPv6; null if it has none. */
    public static InetSocketAddress peerName(int number, Syscalls sys) {
        return name(number, true, sys);
    }

    private static InetSocketAddress name(int number, boolean peer, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory structs = memory.structs();
            structs.buffer().putInt(memory.lengthOffset(), ADDRESS_BYTES);
            long address = structs.address() + memory.addressOffset();
            long length = structs.address() + memory.lengthOffset();
            int result = peer ? sys.getpeername(number, address, length) : sys.getsockname(number, address, length);
            return result < 0 ? null : decode(structs.buffer(), memory.addressOffset());
        } finally {
            memory.release();
        }
    }

    private static InetSocketAddress decode(ByteBuffer from, int offset) {
        int family = from.getShort(offset);
        if (family != Linux.AF_INET && family != Linux.AF_INET6) {
            return null;
        }
        byte[] address = new byte[family == Linux.AF_INET ? 4 : 16];
        from.get(offset + (family == Linux.AF_INET ? INET_ADDRESS : INET6_ADDRESS), address);
        short port = from.getShort(offset + PORT);
        if (from.order() == ByteOrder.LITTLE_ENDIAN) {
            port = Short.reverseBytes(port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), Short.toUnsignedInt(port));
        } catch (UnknownHostException e) {
            throw new AssertionError(Errno.describe(Errno.EINVAL), e);
        }
    }
}
