// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where threads wait for a side of a {@link Descriptor}. */
final class Turns {

    /** Held by threads that wait for a side, and by the thread that leaves or closes while others wait. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition turn = lock.newCondition();

    /** Waits, not interruptibly, while there is something to wait for, and until the deadline at most. */
    void awaitWhile(BooleanSupplier mustWait, long deadline) {
        lock.lock();
        try {
            while (mustWait.getAsBoolean() && awaitCall(deadline)) {
                // until one of them
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns false if the deadline has passed. */
    private boolean awaitCall(long deadline) {
        if (deadline == Timeout.NONE) {
            turn.awaitUninterruptibly();
            return true;
        }
        boolean interrupted = false;
        try {
            for (;;) {
                try {
                    return turn.awaitNanos(deadline - System.nanoTime()) > 0;
                } catch (InterruptedException e) {
                    interrupted = true; // told to the caller by the status, as awaitUninterruptibly does
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Lets all look again, once {@code before} is done. */
    void callAll(Runnable before) {
        lock.lock();
        try {
            before.run();
            turn.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
