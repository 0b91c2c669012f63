// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.echo;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process that echoes until its standard input ends. It prints {@code ready} when one can connect to it, then for each line of input
 * what its threads have allocated so far, in bytes, the CPU time they took, and that of the compiler and whatever else there is in the
 * process, in nanoseconds.
 */
public final class EchoServer {

    static final int BYTES = 64;

    static final String READY = "ready";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private EchoServer() {}

    /** Takes a {@link ServerLibrary} and the path of the socket. */
    public static void main(String[] arguments) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            thrown.printStackTrace();
            Runtime.getRuntime().halt(1); // whoever waits for an echo is to know
        });
        ServerLibrary.valueOf(arguments[0]).listen(Path.of(arguments[1]));
        System.out.println(READY);
        answer(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)));
        Runtime.getRuntime().halt(0);
    }

    private static void answer(BufferedReader questions) throws IOException {
        while (questions.readLine() != null) {
            long self = Thread.currentThread().getId();
            long bytes = 0;
            long nanos = 0;
            for (long thread : THREADS.getAllThreadIds()) {
                if (thread != self) {
                    bytes += Math.max(0, THREADS.getThreadAllocatedBytes(thread));
                    nanos += Math.max(0, THREADS.getThreadCpuTime(thread));
                }
            }
            System.out.println(bytes + " " + nanos + " " + (PROCESS.getProcessCpuTime() - nanos - THREADS.getThreadCpuTime(self)));
        }
    }
}
