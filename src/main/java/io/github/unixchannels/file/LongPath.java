// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.sys.Syscalls;
import java.net.UnixDomainSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** The way to a socket's file whose path the kernel takes in no address: by a descriptor of the folder. */
public final class LongPath {

    private LongPath() {}

    /** Whether the kernel takes a path in no address. */
    public static boolean isTooLong(Path file) {
        return UnixAddresses.isTooLong(UnixDomainSocketAddress.of(file));
    }

    /** open(2) of a file's folder. The descriptor belongs to the caller. */
    public static int openFolder(Syscalls sys, Path file) throws FileSystemException {
        return Folder.descriptorOf(sys, file.toAbsolutePath().getParent());
    }

    /** How the kernel finds a name in a folder as long as the descriptor is open. */
    static Path inFolder(int folder, Path name) {
        return Path.of("/proc/self/fd", Integer.toString(folder)).resolve(name);
    }
}
