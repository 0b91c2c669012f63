// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** The file of a server that has ended and left it. */
final class StaleSocket {

    private StaleSocket() {}

    /**
     * Removes the file, if nothing is bound to it any more. The caller has the lock.
     *
     * @param address under which the kernel finds the file
     * @param path how messages name the file
     * @throws java.net.BindException if it is no socket, or in use
     */
    static void remove(Folder folder, Path name, UnixDomainSocketAddress address, Path path) throws IOException {
        FileStatus found = folder.status(name);
        if (found == null) {
            return; // its server has just removed it
        }
        if (!found.isSocket()) {
            throw ErrnoExceptions.socket("bind", path, -Errno.EADDRINUSE, found.inWords() + " is there, and is not replaced");
        }
        int result = probe(folder.sys(), address);
        switch (-result) {
            case Errno.ECONNREFUSED -> folder.remove(name, found);
            case 0, Errno.EPROTOTYPE, Errno.EPERM, Errno.EAGAIN ->
                    throw ErrnoExceptions.socket("bind", path, -Errno.EADDRINUSE, "the socket of another server, which is running");
            default -> throw ErrnoExceptions.socket("connect", path, result, "whether the server is running is not known");
        }
    }

    /**
     * connect(2) of a datagram socket, for every type of server. The kernel looks for the socket first and compares the type then
     * (unix_find_bsd). So a server of connections is told by EPROTOTYPE and has no connection to accept, and it is told before it
     * listens: a socket of its own type would get ECONNREFUSED then.
     */
    private static int probe(Syscalls sys, UnixDomainSocketAddress address) throws SocketException {
        int fd = sys.socket(Linux.AF_UNIX, Linux.SOCK_DGRAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw ErrnoExceptions.socket("socket", "AF_UNIX, DGRAM", fd);
        }
        CallMemory memory = CallMemory.acquire(sys);
        try {
            int length = UnixAddresses.encode(address, memory.structs().buffer(), memory.addressOffset());
            return sys.connect(fd, memory.structs().address() + memory.addressOffset(), length);
        } finally {
            memory.release();
            sys.close(fd);
        }
    }
}
