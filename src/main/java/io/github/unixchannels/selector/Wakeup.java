// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An eventfd(2) that ends a selector's wait, for one of two reasons: {@code Selector.wakeup}, which the selection reports by
 * returning, and a change of a channel, which must not show.
 *
 * <p>A wake-up is a flag. The descriptor is written to only while a thread waits or is about to: a selection that begins later looks at the
 * flag before it waits. The descriptor is never read: epoll(7) reports each write once, because it is edge-triggered. A report may
 * come late, after the flag was taken for another reason, and then means nothing.
 *
 * <p>A wake-up never waits for a lock: on JDK 17 it may run inside {@link Thread#interrupt} with a lock held that the selecting thread
 * needs. A wake-up of a closed selector does nothing.
 */
final class Wakeup {

    private static final int VALUE_BYTES = Long.BYTES;

    private final Syscalls sys;
    private final Descriptor descriptor;
    private final NativeMemory one;
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Whether a thread waits, or is about to and will look at what woke it first. */
    private volatile boolean waiting;

    private Wakeup(Syscalls sys, int fd) {
        this.sys = sys;
        this.descriptor = new Descriptor(sys, fd);
        this.one = NativeMemory.allocate(sys, VALUE_BYTES);
        this.one.buffer().putLong(0, 1);
    }

    /** eventfd(2). */
    static Wakeup open(Syscalls sys) throws IOException {
        int fd = sys.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK);
        if (fd < 0) {
            throw ErrnoExceptions.io("eventfd", "EFD_CLOEXEC | EFD_NONBLOCK", fd);
        }
        try {
            return new Wakeup(sys, fd);
        } catch (Throwable e) {
            sys.close(fd);
            throw e;
        }
    }

    int fd() {
        return descriptor.fd();
    }

    /** The events to wait for on {@link #fd}. */
    static int events() {
        return Linux.POLLIN | Linux.EPOLLET;
    }

    /** The selecting thread is about to wait: from now on each request and signal is written to the descriptor. */
    void beginWait() {
        waiting = true;
    }

    /** The selecting thread waits no more. */
    void endWait() {
        waiting = false;
    }

    /** Makes the selection in progress return, or else the next. Any number of requests before then is one. */
    void request() {
        if (requested.compareAndSet(false, true)) {
            boolean signalled = false;
            try {
                signal();
                signalled = true;
            } finally {
                if (!signalled) {
                    requested.set(false); // the stack ended here: the next request signals
                }
            }
        }
    }

    /** Makes the selection in progress look around, if it waits. */
    void signal() {
        if (waiting && descriptor.enter(Descriptor.USING)) {
            try {
                sys.write(descriptor.fd(), one.address(), VALUE_BYTES);
            } finally {
                descriptor.leave(Descriptor.USING);
            }
        }
    }

    /** Whether a selection was asked to return, and none has taken that yet. */
    boolean isRequested() {
        return requested.get();
    }

    /**
     * Takes the request, by the selecting thread.
     *
     * @return whether the selection was asked to return
     */
    boolean take() {
        return requested.get() && requested.getAndSet(false);
    }

    void close() {
        descriptor.close();
    }
}
