// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import io.github.unixchannels.sys.HostSystem;
import io.github.unixchannels.sys.Syscalls;
import java.util.concurrent.locks.ReentrantLock;

/** The system calls of the machine this JVM runs on. Nothing native is loaded before they are first asked for. */
public final class HostSyscalls {

    /** The system property that sends every call through the C library, if {@code true} when the calls are first asked for. */
    static final String THROUGH_LIBC_PROPERTY = "io.github.unixchannels.throughLibc";

    /** Held by the thread that has the calls loaded, as long as that takes. */
    private static final ReentrantLock LOADING = new ReentrantLock();

    private static volatile Syscalls loaded;

    private HostSyscalls() {}

    /**
     * The system calls of this machine, always the same object. The first who asks has jffi loaded, by a thread of this library; an
     * interrupt of the caller changes nothing and stays set. What fails is tried again when the calls are next asked for.
     *
     * @throws UnsupportedOperationException if this is no platform the library runs on, or if jffi cannot be loaded, saying why not and
     *     what would help
     */
    public static Syscalls get() {
        Syscalls known = loaded;
        return known != null ? known : load();
    }

    private static Syscalls load() {
        HostSystem.require(System.getProperty("os.name"), System.getProperty("os.arch"));
        if (Loading.isCurrentThread()) {
            throw new UnsupportedOperationException("a channel was opened while jffi was being loaded for one");
        }
        LOADING.lock();
        try {
            if (loaded == null) {
                loaded = Loading.ofCalls();
            }
            return loaded;
        } finally {
            LOADING.unlock();
        }
    }

    /** Directly where that can be and is not forbidden, else through the C library. */
    static Syscalls choose(JffiSyscalls libc, String arch, boolean throughLibc) {
        boolean direct = !throughLibc && (arch.equals("amd64") || arch.equals("x86_64")) && SyscallStubs.bind(libc);
        return direct ? new DirectSyscalls() : libc;
    }
}
