// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the wait of the holder of one side of a descriptor, without a touch to what the descriptor refers to: a platform thread has an
 * eventfd(2) in its poll(2), a virtual thread is unparked. Once raised it stays so.
 *
 * <p>The waiting thread makes itself known first: it opens the eventfd, or calls {@link #beginParking}. Then it looks whether the event has
 * happened that would raise the signal. The raising thread lets the event happen first, and raises the signal then. So one of the two
 * sees the other, and no wait is entered too late.
 *
 * <p>The eventfd is made when a platform thread waits for the first time. If there is none to be had, the waiting thread looks again
 * after a while: {@link Waiting#await}.
 */
final class WaitSignal {

    private static final int VALUE_BYTES = Long.BYTES;
    private static final int NONE = -1;

    /** The number 1, which every signal writes. */
    private static NativeMemory one;

    private final Syscalls sys;
    private final NativeMemory value;

    private volatile int event = NONE;
    private volatile Thread parked;

    /** Whose epoll instance has the descriptor, from a wait that ended with a report. Belongs to the only waiter. */
    ParkingPoller watchedBy;

    WaitSignal(Syscalls sys) {
        this.sys = sys;
        this.value = one(sys);
    }

    private static synchronized NativeMemory one(Syscalls sys) {
        if (one == null) {
            NativeMemory memory = NativeMemory.allocate(sys, VALUE_BYTES);
            memory.buffer().putLong(0, 1);
            one = memory;
        }
        return one;
    }

    /**
     * eventfd(2), once. By the only waiter.
     *
     * @return the descriptor, which is readable when the signal is raised, or an error number negated
     */
    int open() {
        int opened = event;
        if (opened != NONE) {
            return opened;
        }
        int fd = sys.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK);
        if (fd >= 0) {
            event = fd;
        }
        return fd;
    }

    /** The caller is about to park, and looks then whether it need not. */
    void beginParking() {
        parked = Thread.currentThread();
    }

    /** The caller parks no more. */
    void endParking() {
        parked = null;
    }

    /** Ends the wait in progress, and those to come, if there is a signal. The caller is inside the descriptor. Never waits. */
    static void raise(WaitSignal signal) {
        if (signal != null) {
            signal.raise();
        }
    }

    private void raise() {
        LockSupport.unpark(parked);
        int opened = event;
        if (opened != NONE) {
            sys.write(opened, value.address(), VALUE_BYTES);
        }
    }

    /** Gives the eventfd back, if there is a signal: by the last one out, when no thread waits and none raises. */
    static void close(WaitSignal signal) {
        if (signal != null) {
            signal.close();
        }
    }

    private void close() {
        int opened = event;
        if (opened != NONE) {
            sys.close(opened);
        }
    }
}
