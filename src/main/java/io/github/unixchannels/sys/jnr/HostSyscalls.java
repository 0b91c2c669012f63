// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import io.github.unixchannels.sys.Platform;
import io.github.unixchannels.sys.Syscalls;

/** The system calls of the machine this JVM runs on. Nothing native is loaded before they are first asked for. */
public final class HostSyscalls {

    /** The system property that sends every call through the C library, if {@code true} when the calls are first asked for. */
    static final String THROUGH_LIBC_PROPERTY = "io.github.unixchannels.throughLibc";

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

    /** Directly where that can be and is not forbidden, else through the C library. */
    static Syscalls choose(JffiSyscalls libc, String arch, boolean throughLibc) {
        boolean direct = !throughLibc && (arch.equals("amd64") || arch.equals("x86_64")) && SyscallStubs.bind(libc);
        return direct ? new DirectSyscalls() : libc;
    }

    private static final class Loaded {
        static final Syscalls SYSCALLS =
                choose(new JffiSyscalls(), System.getProperty("os.arch"), Boolean.getBoolean(THROUGH_LIBC_PROPERTY));
    }
}
