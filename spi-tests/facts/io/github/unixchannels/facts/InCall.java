// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A thread that makes one system call, which waits. */
final class InCall {

    private static final int PATIENCE_SECONDS = 20;

    private final CompletableFuture<Path> task = new CompletableFuture<>();
    private final CompletableFuture<Long> result = new CompletableFuture<>();
    private final String firstArgument;

    private InCall(long firstArgument) {
        this.firstArgument = "0x" + Long.toHexString(firstArgument);
    }

    /**
     * Makes the call in a thread of its own, and returns when the thread sleeps in it.
     *
     * @param firstArgument the first argument of the system call, by which it is known
     */
    static InCall start(long firstArgument, LongSupplier call) throws Exception {
        InCall inCall = new InCall(firstArgument);
        Thread thread = new Thread(() -> inCall.run(call), "in a system call");
        thread.setDaemon(true);
        thread.start();
        inCall.task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> inCall.result.isDone() || inCall.isWaiting());
        return inCall;
    }

    private void run(LongSupplier call) {
        try {
            task.complete(Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self"))));
            result.complete(call.getAsLong());
        } catch (IOException | RuntimeException e) {
            task.completeExceptionally(e);
            result.completeExceptionally(e);
        }
    }

    /** Whether the thread sleeps in the system call: proc(5) then has the call's number and arguments, otherwise "running". */
    boolean isWaiting() throws Exception {
        try {
            String[] call = Proc.line(task.get().resolve("syscall")).split(" ");
            return call.length > 1 && call[1].equals(firstArgument);
        } catch (IOException e) {
            return false; // the thread has ended
        }
    }

    /** What the call returned, once it has. */
    long result() throws Exception {
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
