// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import io.github.unixchannels.sys.Platform;
import io.github.unixchannels.sys.Syscalls;

/** The system calls of the machine this JVM runs on. Nothing native is loaded before they are first asked for. */
public final class HostSyscalls {

    private HostSyscalls() {}

    /**
     * The system calls of this machine, always the same object.
     *
     * @throws UnsupportedOperationException if this is no platform the library runs on
     */
    public static Syscalls get() {
        Platform.require(System.getProperty("os.name"), System.getProperty("os.arch"));
        return Loaded.SYSCALLS;
    }

    private static final class Loaded {
        static final Syscalls SYSCALLS = new JffiSyscalls();
    }
}
