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
 * returning, and a matter of the selector's own, which must not show.
 *
 * <p>Neither ever waits for a lock: on JDK 17 a wake-up may run inside {@link Thread#interrupt} with a lock held that the selecting thread
 * needs. A wake-up of a closed selector does nothing.
 */
final class Wakeup {

    private static final int VALUE_BYTES = Long.BYTES;

    private final Syscalls sys;
    private final Descriptor descriptor;
    private final NativeMemory one;
    private final NativeMemory drained;
    private final AtomicBoolean requested = new AtomicBoolean();

    private Wakeup(Syscalls sys, int fd) {
        this.sys = sys;
        this.descriptor = new Descriptor(sys, fd);
        this.one = NativeMemory.allocate(sys, VALUE_BYTES);
        this.one.buffer().putLong(0, 1);
        this.drained = NativeMemory.allocate(sys, VALUE_BYTES);
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

    /** Makes the selection in progress return, or else the next. Any number of these before then is one. */
    void request() {
        if (requested.compareAndSet(false, true)) {
            signal();
        }
    }

    /** Makes the selection in progress look around. */
    void signal() {
        if (descriptor.enter(Descriptor.USING)) {
            sys.write(descriptor.fd(), one.address(), VALUE_BYTES);
            descriptor.leave(Descriptor.USING);
        }
    }

    /**
     * Takes the signal back, by the selecting thread that has seen it.
     *
     * @return whether the selection was asked to return
     */
    boolean drain() {
        // The read comes first: a request between the two then finds the flag set, and is one with those before it.
        sys.read(descriptor.fd(), drained.address(), VALUE_BYTES);
        return requested.getAndSet(false);
    }

    void close() {
        descriptor.close();
    }
}
