// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A lock that the threads of one operation take in turn. The time that a thread waits for its turn is part of the operation's timeout. */
final class TurnLock {

    private final ReentrantLock lock = new ReentrantLock();

    /**
     * Takes the lock, and waits for it. An interrupt does not end the wait, and stays set.
     *
     * @param timeoutMillis the timeout of the operation; 0: without limit
     * @return what is left of the timeout
     * @throws SocketTimeoutException if nothing is left
     */
    int lock(int timeoutMillis, String operation, SocketAddress address) throws SocketTimeoutException {
        if (lock.tryLock()) {
            return timeoutMillis;
        }
        if (timeoutMillis == 0) {
            lock.lock();
            return 0;
        }
        long deadline = Readiness.deadline(timeoutMillis);
        boolean interrupted = false;
        try {
            for (;;) {
                try {
                    if (!lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        throw Failures.timedOut(operation, address, timeoutMillis);
                    }
                    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    boolean tryLock() {
        return lock.tryLock();
    }

    void unlock() {
        lock.unlock();
    }
}
