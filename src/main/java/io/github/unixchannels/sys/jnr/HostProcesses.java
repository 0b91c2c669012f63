// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import io.github.unixchannels.sys.ProcessCalls;

/** The processes of the machine this JVM runs on. */
public final class HostProcesses {

    private HostProcesses() {}

    /**
     * The functions of this machine, always the same object.
     *
     * @throws UnsupportedOperationException if this is no platform the library runs on
     */
    public static ProcessCalls get() {
        HostSyscalls.get();
        return Loaded.CALLS;
    }

    private static final class Loaded {
        static final ProcessCalls CALLS = new JffiProcessCalls();
    }
}
