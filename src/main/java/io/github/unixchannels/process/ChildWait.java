// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.ProcessCalls;
import io.github.unixchannels.sys.layout.SiginfoLayout;
import io.github.unixchannels.sys.jnr.HostProcesses;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.lang.ref.Reference;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the end of one process: waitid(2). The wait leaves the process a zombie, and {@link #reap} ends the zombie, so that the number
 * belongs to the process for as long as somebody may send it a signal.
 *
 * <p>Each wait takes a thread, as the Java platform's own does. The threads are daemons, are used again, and end when no process has ended
 * for a while.
 */
final class ChildWait {

    private static final int P_PID = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x1000000;
    private static final int SIGNAL_EXIT = 0x80;
    private static final int STACK_BYTES = 128 << 10;
    private static final int IDLE_SECONDS = 5;

    private static final ExecutorService THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), ChildWait::thread);

    private final ProcessCalls calls = HostProcesses.get();
    private final NativeMemory info = NativeMemory.allocate(HostSyscalls.get(), SiginfoLayout.BYTES);

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(null, task, "unix-channels-child-wait", STACK_BYTES, false);
        thread.setDaemon(true);
        return thread;
    }

    /** Has the process reaped as soon as the process has ended. */
    static void start(ChildProcess process) {
        ChildWait wait = new ChildWait();
        THREADS.execute(() -> {
            wait.call((int) process.pid(), WEXITED | WNOWAIT);
            process.reap(wait);
        });
    }

    /** Reaps a process that has ended: its exit status, or 128 and the number of a signal; -1 if somebody else has reaped the process. */
    int reap(int pid) {
        if (call(pid, WEXITED) < 0) {
            return -1;
        }
        int status = info.buffer().getInt(SiginfoLayout.STATUS);
        return info.buffer().getInt(SiginfoLayout.CODE) == SiginfoLayout.CLD_EXITED ? status : SIGNAL_EXIT + status;
    }

    private int call(int pid, int options) {
        int result;
        do {
            result = calls.waitid(P_PID, pid, info.address(), options);
        } while (result == -Errno.EINTR);
        Reference.reachabilityFence(info);
        return result;
    }
}
