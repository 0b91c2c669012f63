// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A thread as the kernel sees it. To be in a native method is not yet to wait in a system call: an interrupt that comes in between is
 * lost to some calls, of JDK 17 to a connect that then waits for room in a backlog.
 */
final class KernelThread {

    /** Where a JVM's threads wait for each other, and for the JVM itself. */
    private static final String FUTEX =
            Map.of("amd64", "202", "aarch64", "98").getOrDefault(System.getProperty("os.arch"), "unknown");

    private final Path call;

    private KernelThread(Path call) {
        this.call = call;
    }

    static KernelThread current() throws IOException {
        return new KernelThread(Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self"))).resolve("syscall"));
    }

    /** Whether it sleeps in a system call other than futex(2). Where proc(5) does not tell, it may be doing so. */
    boolean maySleepInCall() {
        try {
            String number = Files.readString(call).split("\\s", 2)[0];
            return !number.equals("running") && !number.equals("-1") && !number.equals(FUTEX);
        } catch (IOException e) {
            return true;
        }
    }
}
