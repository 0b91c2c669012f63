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
        return option(fd, Linux.SO_TYPE) == Linux.SOCK_STREAM;
    }

    /** Its family, its type, and whether it listens, in numbers. */
    static String describe(int fd) {
        return "domain=" + option(fd, Linux.SO_DOMAIN) + " type=" + option(fd, Linux.SO_TYPE) + " listens=" + option(fd, Linux.SO_ACCEPTCONN);
    }

    private static int option(int fd, int name) {
        NativeMemory memory = NativeMemory.allocate(HostSyscalls.get(), 16);
        memory.buffer().putInt(8, Integer.BYTES);
        int result = HostSyscalls.get().getsockopt(fd, Linux.SOL_SOCKET, name, memory.address(), memory.address() + 8);
        Reference.reachabilityFence(memory);
        return result < 0 ? result : memory.buffer().getInt(0);
    }
}
