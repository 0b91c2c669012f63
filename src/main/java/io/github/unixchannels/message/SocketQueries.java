// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.net.InetSocketAddress;

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

    private static InetSocketAddress name(int number, boolean peer, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory structs = memory.structs();
            structs.buffer().putInt(memory.lengthOffset(), ADDRESS_BYTES);
            long address = structs.address() + memory.addressOffset();
            long length = structs.address() + memory.lengthOffset();
            int result = peer ? sys.getpeername(number, address, length) : sys.getsockname(number, address, length);
            return result < 0 ? null : InetAddresses.decode(structs.buffer(), memory.addressOffset());
        } finally {
            memory.release();
        }
    }
}
