// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread that makes one selection, and of which a test can tell whether it sleeps in the kernel.
 *
 * <p>A wake-up makes the sleeper runnable before the call that wakes returns. So whoever finds it asleep afterwards knows that it was not
 * woken, or was and went to sleep again: there is no need to give it time.
 *
 * @param <T> what the selection returns
 */
public final class SelectingThread<T> implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final FutureTask<T> task;
    private final Thread thread;
    private volatile Path state;

    private SelectingThread(Callable<T> selection) {
        this.task = new FutureTask<>(() -> {
            Path self = Path.of("/proc/thread-self");
            state = Path.of("/proc").resolve(Files.readSymbolicLink(self)).resolve("status");
            return selection.call();
        });
        this.thread = new Thread(task, "selecting");
        thread.setDaemon(true);
    }

    public static <T> SelectingThread<T> start(Callable<T> selection) {
        SelectingThread<T> selecting = new SelectingThread<>(selection);
        selecting.thread.start();
        return selecting;
    }

    public Thread thread() {
        return thread;
    }

    public boolean isDone() {
        return task.isDone();
    }

    /** Waits until it sleeps in epoll_wait(2). */
    public SelectingThread<T> awaitAsleep() {
        await().pollDelay(0, TimeUnit.MILLISECONDS)
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> task.isDone() || isAsleep());
        assertFalse(task.isDone(), "the selection returned");
        return this;
    }

    /** Checks that what has been done so far did not make the selection return. */
    public void assertNotReturned() {
        awaitAsleep();
    }

    /** What the selection returned. */
    public T result() throws Exception {
        try {
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw e;
        } catch (TimeoutException e) {
            throw new AssertionError("still selecting: " + List.of(thread.getStackTrace()), e);
        }
    }

    /** Waits for the end of the thread. */
    @Override
    public void close() {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a test", e);
        }
        assertFalse(thread.isAlive(), "still selecting");
    }

    private boolean isAsleep() {
        String before = state();
        return before.contains("(sleeping)") && isInEpollWait(thread.getStackTrace()) && before.equals(state());
    }

    private static boolean isInEpollWait(StackTraceElement[] stack) {
        if (stack.length == 0 || !stack[0].isNativeMethod()) {
            return false;
        }
        for (StackTraceElement frame : stack) {
            boolean ofTheJdk = frame.getClassName().equals("sun.nio.ch.EPoll") && frame.getMethodName().equals("wait");
            if (ofTheJdk || frame.getMethodName().equals("epollWait")) {
                return true;
            }
        }
        return false;
    }

    /** Whether it sleeps, and how often it has begun to. */
    private String state() {
        Path file = state;
        if (file == null) {
            return "";
        }
        try {
            List<String> lines = Files.readAllLines(file);
            lines.removeIf(line -> !line.startsWith("State:") && !line.startsWith("voluntary_ctxt_switches:"));
            return String.join(" ", lines);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            // ESRCH: the thread ended while its file was being read
            if (thread.isAlive() && !task.isDone()) {
                throw new UncheckedIOException(e);
            }
            return "";
        }
    }
}
