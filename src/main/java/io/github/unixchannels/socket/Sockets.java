// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.net.SocketAddress;
import java.net.SocketException;

/** Making sockets, giving them names and connecting them. Everything made is close-on-exec from birth. */
public final class Sockets {

    private Sockets() {}

    /** socket(2), O_NONBLOCK: connect(2) and accept4(2) know no other way not to wait. */
    public static SocketDescriptor socket(Syscalls sys, SocketType type) throws SocketException {
        return socket(sys, type.number() | Linux.SOCK_NONBLOCK, type.family());
    }

    /** As {@link #socket}, of a socket that is to listen. */
    public static SocketDescriptor listener(Syscalls sys, SocketType type) throws SocketException {
        return SocketDescriptor.ownListener(sys, create(sys, type.number() | Linux.SOCK_NONBLOCK, type.family()));
    }

    /** socket(2) of SOCK_DGRAM, not O_NONBLOCK: nothing waits that cannot be told not to. */
    public static SocketDescriptor datagramSocket(Syscalls sys) throws SocketException {
        return socket(sys, Linux.SOCK_DGRAM, UnixProtocolFamily.DGRAM);
    }

    private static SocketDescriptor socket(Syscalls sys, int type, UnixProtocolFamily family) throws SocketException {
        return SocketDescriptor.own(sys, create(sys, type, family));
    }

    private static int create(Syscalls sys, int type, UnixProtocolFamily family) throws SocketException {
        int fd = sys.socket(Linux.AF_UNIX, type | Linux.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw ErrnoExceptions.socket("socket", "AF_UNIX, " + family, fd);
        }
        return fd;
    }

    /** socketpair(2). */
    public static SocketDescriptor[] pair(Syscalls sys, SocketType type) throws SocketException {
        return pair(sys, type.number(), type.family());
    }

    /** socketpair(2) of SOCK_DGRAM. */
    public static SocketDescriptor[] datagramPair(Syscalls sys) throws SocketException {
        return pair(sys, Linux.SOCK_DGRAM, UnixProtocolFamily.DGRAM);
    }

    private static SocketDescriptor[] pair(Syscalls sys, int type, UnixProtocolFamily family) throws SocketException {
        SocketDescriptor[] ends = new SocketDescriptor[2];
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long fds = memory.structs().address() + memory.valueOffset();
            int result = sys.socketpair(Linux.AF_UNIX, type | Linux.SOCK_CLOEXEC, 0, fds);
            if (result < 0) {
                throw ErrnoExceptions.socket("socketpair", "AF_UNIX, " + family, result);
            }
            int first = memory.structs().buffer().getInt(memory.valueOffset());
            int second = memory.structs().buffer().getInt(memory.valueOffset() + Integer.BYTES);
            try {
                ends[0] = new SocketDescriptor(sys, first);
                ends[1] = new SocketDescriptor(sys, second);
                return ends;
            } catch (Throwable e) {
                sys.close(first);
                sys.close(second);
                throw e;
            }
        } finally {
            memory.release();
        }
    }

    /**
     * bind(2).
     *
     * @return the address as the kernel has it, with what it chose
     */
    public static SocketAddress bind(SocketDescriptor descriptor, SocketFamily family, SocketAddress local) throws SocketException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int length = family.encode(local, memory.structs().buffer(), memory.addressOffset());
            int result = descriptor.bind(memory, length);
            if (result < 0) {
                throw ErrnoExceptions.socket("bind", UnixAddresses.describe(local), result);
            }
            return family.isCompletedByKernel(local)
                    ? decoded(descriptor, family, memory, "getsockname", descriptor.localName(memory))
                    : local;
        } finally {
            memory.release();
        }
    }

    /**
     * connect(2), once.
     *
     * @return 0, or an error number negated; for the unnamed address ECONNREFUSED, as the JDK has it: to the kernel it would be the
     *     abstract name of no bytes
     * @throws SocketException if the address is too long
     */
    static int connect(SocketDescriptor descriptor, SocketFamily family, SocketAddress target) throws SocketException {
        if (UnixAddresses.isUnnamed(target)) {
            return -Errno.ECONNREFUSED;
        }
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int length = family.encode(target, memory.structs().buffer(), memory.addressOffset());
            return descriptor.connect(memory, length);
        } finally {
            memory.release();
        }
    }

    /** connect(2) to AF_UNSPEC. Returns 0, or an error number negated. */
    static int disconnect(SocketDescriptor descriptor) {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            memory.structs().buffer().putShort(memory.addressOffset() + SockaddrUnLayout.FAMILY, (short) Linux.AF_UNSPEC);
            return descriptor.connect(memory, SockaddrUnLayout.PATH);
        } finally {
            memory.release();
        }
    }

    /**
     * Makes what the descriptor refers to O_NONBLOCK, for all who hold it. System call: fcntl(2).
     *
     * @return its flags before, or an error number negated
     */
    static int setNonBlocking(Descriptor descriptor) {
        int before = descriptor.sys().fcntl(descriptor.fd(), Linux.F_GETFL, 0);
        if (before < 0 || (before & Linux.O_NONBLOCK) != 0) {
            return before;
        }
        int result = descriptor.sys().fcntl(descriptor.fd(), Linux.F_SETFL, before | Linux.O_NONBLOCK);
        return result < 0 ? result : before;
    }

    /** Takes {@link #setNonBlocking} back, if it changed anything. */
    static void setFlags(Descriptor descriptor, int before) {
        if ((before & Linux.O_NONBLOCK) == 0) {
            descriptor.sys().fcntl(descriptor.fd(), Linux.F_SETFL, before);
        }
    }

    /** getpeername(2). */
    static SocketAddress peerName(SocketDescriptor descriptor, SocketFamily family) throws SocketException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            return decoded(descriptor, family, memory, "getpeername", descriptor.peerName(memory));
        } finally {
            memory.release();
        }
    }

    /** getpeername(2), or null if the socket is not connected, or not any more. */
    static SocketAddress peerNameIfConnected(SocketDescriptor descriptor, SocketFamily family) throws SocketException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            int result = descriptor.peerName(memory);
            return result == -Errno.ENOTCONN ? null : decoded(descriptor, family, memory, "getpeername", result);
        } finally {
            memory.release();
        }
    }

    /** getsockname(2): {@link SocketFamily#isUnbound} tells whether the socket has none. */
    public static SocketAddress localName(SocketDescriptor descriptor, SocketFamily family) throws SocketException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            return decoded(descriptor, family, memory, "getsockname", descriptor.localName(memory));
        } finally {
            memory.release();
        }
    }

    private static SocketAddress decoded(
            SocketDescriptor descriptor, SocketFamily family, CallMemory memory, String operation, int result) throws SocketException {
        if (result < 0) {
            throw ErrnoExceptions.socket(operation, "fd=" + descriptor.fd(), result);
        }
        return family.decode(
                memory.structs().buffer(), memory.addressOffset(), memory.structs().buffer().getInt(memory.lengthOffset()));
    }
}
