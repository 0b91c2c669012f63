// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
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
 * @param <T> what it returns
 */
final class BackgroundCall<T> {

    /** Long enough for the slowest machine: only a test that fails waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final FutureTask<T> task;
    private final Thread thread;
    private volatile KernelThread kernelThread;
    private volatile boolean interrupted;

    private BackgroundCall(Callable<T> call) {
        task = new FutureTask<>(() -> {
            kernelThread = KernelThread.current();
            try {
                return call.call();
            } finally {
                interrupted = Thread.currentThread().isInterrupted();
            }
        });
        thread = new Thread(task, "background call");
        thread.setDaemon(true);
    }

    /** Starts the call. */
    static <T> BackgroundCall<T> start(Callable<T> call) {
        BackgroundCall<T> background = new BackgroundCall<>(call);
        background.thread.start();
        return background;
    }

    /** Waits for a condition that is to come true soon. */
    static ConditionFactory soon() {
        return await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(PATIENCE);
    }

    /** Waits until the thread waits: in a system call, or parked. */
    BackgroundCall<T> awaitBlocked() {
        soon().until(() -> task.isDone() || isParked() || isInSystemCall());
        requireRunning();
        return this;
    }

    /** Waits until the thread is parked: for a lock, or for a condition. */
    BackgroundCall<T> awaitParked() {
        soon().until(() -> task.isDone() || isParked());
        requireRunning();
        return this;
    }

    /** Waits until the thread waits for a monitor. */
    BackgroundCall<T> awaitMonitor() {
        soon().until(() -> task.isDone() || thread.getState() == Thread.State.BLOCKED);
        requireRunning();
        return this;
    }

    /** What the thread is in, innermost first. */
    List<StackTraceElement> frames() {
        return List.of(thread.getStackTrace());
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
            return false; // the call has not begun
        }
        StackTraceElement[] frames = thread.getStackTrace();
        if (frames.length == 0 || !frames[0].isNativeMethod()) {
            return false;
        }
        // Natives of these packages, such as Thread.yield, or what makes the object of a lambda, are no system call that waits.
        String owner = frames[0].getClassName();
        return !owner.startsWith("java.lang.") && !owner.startsWith("jdk.internal.") && kernel.maySleepInCall();
    }

    boolean isDone() {
        return task.isDone();
    }

    /** How much processor time the thread has used so far. */
    long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Whether the thread was interrupted when the call ended. Asked after {@link #result} or {@link #failure}. */
    boolean wasInterrupted() {
        return interrupted;
    }

    /** What the call returned, or throws what it threw. */
    T result() throws Exception {
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
    Exception failure() {
        T result;
        try {
            result = result();
        } catch (Exception e) {
            return e;
        }
        return Assertions.fail("the call returned " + result);
    }
}
