// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.jnr.HostProcesses;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that {@link ChildProcessBuilder} started: a {@link Process} with a descriptor of its own.
 *
 * <p>A thread of the library waits for the end of the process, so that no zombie stays whether or not the program calls
 * {@link #waitFor()}. Thread safe.
 */
public final class ChildProcess extends Process {

    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final int pid;
    private final ProcessHandle handle;
    private final StandardStreams streams;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final CompletableFuture<Process> exited = exit.thenApply(status -> this);

    // Held while the kernel is asked to end the process or to forget it, so that no signal meets a number that is another's by then.
    private final Object reaping = new Object();
    private boolean reaped;

    /** A process that has not been reaped. */
    ChildProcess(int pid, StandardStreams streams) {
        this.pid = pid;
        this.streams = streams;
        this.handle = ProcessHandle.of(pid).orElse(null);
    }

    /** Asks the kernel for the exit of the process, which has ended, and lets its number go. */
    void reap(ChildWait wait) {
        int status;
        synchronized (reaping) {
            reaped = true;
            status = wait.reap(pid);
        }
        streams.processEnded();
        exit.complete(status);
    }

    /**
     * Opens a descriptor of the process. System call: pidfd_open(2).
     *
     * <p>{@link OwnedFd#toSelectableChannel} of it is ready for OP_READ in a selector of this library once the process has ended.
     *
     * @return the descriptor, which is the caller's
     * @throws UnsupportedOperationException if the kernel is older than Linux 5.3
     * @throws IOException if the process has ended and has been reaped, or there is no descriptor left
     */
    public OwnedFd pidfd() throws IOException {
        synchronized (reaping) {
            if (reaped) {
                throw new IOException("pidfd_open(" + pid + "): the process has ended and has been reaped");
            }
            int fd = HostProcesses.get().pidfdOpen(pid, 0);
            if (fd == -Errno.ENOSYS) {
                throw new UnsupportedOperationException("pidfd_open(2) needs Linux 5.3");
            }
            if (fd < 0) {
                throw ErrnoExceptions.io("pidfd_open", pid, fd);
            }
            return OwnedFd.adopt(fd);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @return the stream; one that takes nothing if the input was redirected
     */
    @Override
    public OutputStream getOutputStream() {
        return streams.input();
    }

    /**
     * {@inheritDoc}
     *
     * @return the stream; one at its end if the output was redirected
     */
    @Override
    public InputStream getInputStream() {
        return streams.output();
    }

    /**
     * {@inheritDoc}
     *
     * @return the stream; one at its end if the error output was redirected
     */
    @Override
    public InputStream getErrorStream() {
        return streams.error();
    }

    /**
     * {@inheritDoc}
     *
     * @return the exit status; 128 and the number of the signal if a signal ended the process
     */
    @Override
    public int waitFor() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            exit.get(Math.max(0, timeout), unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @return as {@link #waitFor()}
     */
    @Override
    public int exitValue() {
        Integer status = exit.getNow(null);
        if (status == null) {
            throw new IllegalThreadStateException("process " + pid + " has not ended");
        }
        return status;
    }

    /** Sends SIGTERM, unless the process has ended. System call: kill(2). */
    @Override
    public void destroy() {
        signal(SIGTERM);
    }

    /**
     * Sends SIGKILL, unless the process has ended. System call: kill(2).
     *
     * @return this process
     */
    @Override
    public Process destroyForcibly() {
        signal(SIGKILL);
        return this;
    }

    private void signal(int number) {
        synchronized (reaping) {
            if (!reaped) {
                HostProcesses.get().kill(pid, number);
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * @return true: {@link #destroy} sends SIGTERM
     */
    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return !exit.isDone();
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return exited.copy();
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException if {@code /proc} cannot be read
     */
    @Override
    public ProcessHandle toHandle() {
        if (handle == null) {
            throw new UnsupportedOperationException("no handle of process " + pid);
        }
        return handle;
    }

    /** Describes the process: its number, and the exit status once the process has ended. */
    @Override
    public String toString() {
        Integer status = exit.getNow(null);
        return "Process[pid=" + pid + ", exitValue=" + (status == null ? "\"not exited\"" : status) + "]";
    }
}
