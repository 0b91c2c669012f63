// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.UnixAddresses;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.net.SocketAddress;
import java.net.SocketException;

/** Making sockets and giving them names. Everything made is close-on-exec from birth. */
final class SocketFactory {

    private SocketFactory() {}

    /** socket(2), O_NONBLOCK: connect(2) and accept4(2) know no other way not to wait. */
    static SocketDescriptor socket(Syscalls sys, SocketType type) throws SocketException {
        int fd = sys.socket(Linux.AF_UNIX, type.number() | Linux.SOCK_CLOEXEC | Linux.SOCK_NONBLOCK, 0);
        if (fd < 0) {
            throw ErrnoExceptions.socket("socket", "AF_UNIX, " + type, fd);
        }
        return new SocketDescriptor(sys, fd);
    }

    /** socketpair(2). */
    static SocketDescriptor[] pair(Syscalls sys, SocketType type) throws SocketException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long fds = memory.structs().address() + memory.valueOffset();
            int result = sys.socketpair(Linux.AF_UNIX, type.number() | Linux.SOCK_CLOEXEC, 0, fds);
            if (result < 0) {
                throw ErrnoExceptions.socket("socketpair", "AF_UNIX, " + type, result);
            }
            int first = memory.structs().buffer().getInt(memory.valueOffset());
            int second = memory.structs().buffer().getInt(memory.valueOffset() + Integer.BYTES);
            return new SocketDescriptor[] {new SocketDescriptor(sys, first), new SocketDescriptor(sys, second)};
        } finally {
            memory.release();
        }
    }

    /**
     * bind(2).
     *
     * @return the address as the kernel has it
     */
    static SocketAddress bind(SocketDescriptor descriptor, SocketAddress local) throws SocketException {
        Syscalls sys = descriptor.sys();
        CallMemory memory = CallMemory.acquire(sys);
        try {
            int length = UnixAddresses.encode(local, memory.structs().buffer(), memory.addressOffset());
            int result = sys.bind(descriptor.fd(), memory.structs().address() + memory.addressOffset(), length);
            if (result < 0) {
                throw ErrnoExceptions.socket("bind", local, result);
            }
            return length == UnixAddresses.AUTOBIND_LENGTH ? name(descriptor, memory) : local;
        } finally {
            memory.release();
        }
    }

    /** getsockname(2). */
    private static SocketAddress name(SocketDescriptor descriptor, CallMemory memory) throws SocketException {
        long structs = memory.structs().address();
        memory.structs().buffer().putInt(memory.lengthOffset(), UnixAddresses.RECEIVE_LENGTH);
        int result = descriptor.sys().getsockname(
                descriptor.fd(), structs + memory.addressOffset(), structs + memory.lengthOffset());
        if (result < 0) {
            throw ErrnoExceptions.socket("getsockname", "fd=" + descriptor.fd(), result);
        }
        return UnixAddresses.decode(
                memory.structs().buffer(), memory.addressOffset(), memory.structs().buffer().getInt(memory.lengthOffset()));
    }
}
