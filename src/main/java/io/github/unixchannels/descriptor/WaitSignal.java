// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the wait of whoever waits for one side of a descriptor, without a touch to what the descriptor refers to: a platform thread has an
 * eventfd(2) beside it in its poll(2), a virtual thread is unparked. Once raised it stays so.
 *
 * <p>The eventfd is made when a platform thread waits for the first time. Whoever waits makes it, then looks whether what would raise the
 * signal has happened; whoever raises the signal has let it happen before. So no wait is entered too late.
 */
final class WaitSignal {

    private static final int VALUE_BYTES = Long.BYTES;

    private record Event(int fd, NativeMemory one) {}

    private final Syscalls sys;

    private volatile Event event;
    private volatile Thread parked;
    private volatile boolean awaited;

    WaitSignal(Syscalls sys) {
        this.sys = sys;
    }

    /**
     * eventfd(2), once. By the only waiter.
     *
     * @return the descriptor, which is readable when the signal is raised, or an error number negated
     */
    int open() {
        Event opened = event;
        if (opened != null) {
            return opened.fd;
        }
        int fd = sys.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK);
        if (fd >= 0) {
            NativeMemory one = NativeMemory.allocate(sys, VALUE_BYTES);
            one.buffer().putLong(0, 1);
            event = new Event(fd, one);
        }
        return fd;
    }

    /** The caller is about to wait in poll(2) with the eventfd, and looks then whether it need not. */
    void begin() {
        awaited = true;
    }

    /** The caller is about to park, and looks then whether it need not. */
    void beginParking() {
        parked = Thread.currentThread();
        awaited = true;
    }

    /** The caller waits no more. */
    void end() {
        awaited = false;
        parked = null;
    }

    /** Whether somebody waits whom the signal reaches. */
    boolean isAwaited() {
        return awaited;
    }

    /** Ends the wait in progress, and those to come. The caller is inside the descriptor. Never waits. */
    void raise() {
        LockSupport.unpark(parked);
        Event opened = event;
        if (opened != null) {
            sys.write(opened.fd, opened.one.address(), VALUE_BYTES);
        }
    }

    /** Gives the eventfd back: by the last one out, when nobody waits and nobody raises. */
    void close() {
        Event opened = event;
        if (opened != null) {
            sys.close(opened.fd);
        }
    }
}
