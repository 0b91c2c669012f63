// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Assertions;

/**
 * A call on a thread of its own, that a test expects to wait for something.
 *
 * <p>For the library's own tests; the conformance suite, which sees nothing of them, has one of its own.
 *
 * @param <T> what it returns
 */
public final class BackgroundCall<T> {

    /** Long enough for the slowest machine: only a test that fails waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Whose native methods make system calls that wait. */
    private static final List<String> SYSTEM_CALLS = List.of("io.github.unixchannels.sys.jnr.", "com.kenai.jffi.", "sun.nio.ch.");

    private final FutureTask<T> task;
    private final Thread thread;
    private volatile KernelThread kernelThread; // null of a virtual thread, and before the call begins
    private volatile boolean interrupted;

    private BackgroundCall(Callable<T> call, boolean virtual) {
        task = new FutureTask<>(() -> {
            kernelThread = virtual ? null : KernelThread.current();
            try {
                return call.call();
            } finally {
                interrupted = Thread.currentThread().isInterrupted();
            }
        });
        thread = virtual ? VirtualThreadStarter.unstarted(task) : new Thread(task, "background call");
        thread.setDaemon(true);
    }

    /** Starts the call on a platform thread. */
    public static <T> BackgroundCall<T> start(Callable<T> call) {
        return start(call, false);
    }

    /** Starts the call on a virtual thread. */
    public static <T> BackgroundCall<T> startVirtual(Callable<T> call) {
        return start(call, true);
    }

    private static <T> BackgroundCall<T> start(Callable<T> call, boolean virtual) {
        BackgroundCall<T> background = new BackgroundCall<>(call, virtual);
        background.thread.start();
        return background;
    }

    /** Waits for a condition that is to come true soon. */
    public static ConditionFactory soon() {
        return await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(PATIENCE);
    }

    /** Waits until the thread waits: in a system call, or parked. */
    public BackgroundCall<T> awaitBlocked() {
        soon().until(() -> task.isDone() || isParked() || isInSystemCall());
        requireRunning();
        return this;
    }

    /** Waits until the thread is parked: for a lock, or as a virtual thread does for a descriptor. */
    public BackgroundCall<T> awaitParked() {
        soon().until(() -> task.isDone() || isParked());
        requireRunning();
        return this;
    }

    private void requireRunning() {
        if (task.isDone()) {
            try {
                Assertions.fail("the call did not wait, it returned " + result());
            } catch (Exception e) {
                Assertions.fail("the call did not wait", e);
            }
        }
    }

    private boolean isParked() {
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    private boolean isInSystemCall() {
        KernelThread kernel = kernelThread;
        if (kernel == null) {
            return false;
        }
        StackTraceElement[] frames = thread.getStackTrace();
        if (frames.length == 0 || !frames[0].isNativeMethod()) {
            return false;
        }
        String owner = frames[0].getClassName();
        return SYSTEM_CALLS.stream().anyMatch(owner::startsWith) && kernel.maySleepInCall();
    }

    public boolean isDone() {
        return task.isDone();
    }

    public void interrupt() {
        thread.interrupt();
    }

    /** Whether the thread was interrupted when the call ended. Asked after {@link #result} or {@link #failure}. */
    public boolean wasInterrupted() {
        return interrupted;
    }

    /** What the call returned, or throws what it threw. */
    public T result() throws Exception {
        try {
            return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } catch (TimeoutException e) {
            AssertionError stuck = new AssertionError("the call has not ended: " + thread.getState());
            stuck.setStackTrace(thread.getStackTrace());
            throw stuck;
        }
    }

    /** What the call threw. */
    public Exception failure() {
        T result;
        try {
            result = result();
        } catch (Exception e) {
            return e;
        }
        return Assertions.fail("the call returned " + result);
    }
}
