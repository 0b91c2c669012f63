// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.InetAddresses;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.SockaddrInLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** What the kernel says of a number that may be a socket, or not, or nothing any more. */
public final class SocketQueries {

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

    /** Whether a socket of any family is connected. */
    public static boolean hasPeer(int number, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            return name(number, true, memory, sys) >= 0;
        } finally {
            memory.release();
        }
    }

    private static InetSocketAddress name(int number, boolean peer, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            return name(number, peer, memory, sys) < 0 ? null : InetAddresses.decode(memory.structs().buffer(), memory.addressOffset());
        } finally {
            memory.release();
        }
    }

    /** The port of {@link #localName}; negative if it is no such socket. Allocates nothing. */
    public static int localPort(int number, Syscalls sys) {
        return port(number, false, sys);
    }

    /** The port of {@link #peerName}; negative if there is none. Allocates nothing. */
    public static int peerPort(int number, Syscalls sys) {
        return port(number, true, sys);
    }

    private static int port(int number, boolean peer, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            if (name(number, peer, memory, sys) < 0) {
                return -1;
            }
            ByteBuffer structs = memory.structs().buffer();
            int family = structs.getShort(memory.addressOffset());
            if (family != Linux.AF_INET && family != Linux.AF_INET6) {
                return -1;
            }
            int port = memory.addressOffset() + SockaddrInLayout.PORT; // at the same place in both
            return (structs.get(port) & 0xff) << Byte.SIZE | structs.get(port + 1) & 0xff;
        } finally {
            memory.release();
        }
    }

    private static int name(int number, boolean peer, CallMemory memory, Syscalls sys) {
        NativeMemory structs = memory.structs();
        structs.buffer().putInt(memory.lengthOffset(), ADDRESS_BYTES);
        long address = structs.address() + memory.addressOffset();
        long length = structs.address() + memory.lengthOffset();
        return peer ? sys.getpeername(number, address, length) : sys.getsockname(number, address, length);
    }
}
