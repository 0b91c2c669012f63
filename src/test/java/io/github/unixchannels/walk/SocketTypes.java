// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.lang.ref.Reference;

/** Asks the kernel what a descriptor is. */
final class SocketTypes {

    private SocketTypes() {}

    /** Whether it is a socket of type SOCK_STREAM. */
    static boolean isStream(int fd) {
        NativeMemory memory = NativeMemory.allocate(HostSyscalls.get(), 16);
        memory.buffer().putInt(8, Integer.BYTES);
        int result = HostSyscalls.get().getsockopt(fd, Linux.SOL_SOCKET, Linux.SO_TYPE, memory.address(), memory.address() + 8);
        Reference.reachabilityFence(memory);
        return result == 0 && memory.buffer().getInt(0) == Linux.SOCK_STREAM;
    }
}
