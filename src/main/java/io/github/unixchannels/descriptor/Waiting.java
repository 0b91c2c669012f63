// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.VirtualThreads;
import io.github.unixchannels.sys.layout.PollfdLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** Waiting until a descriptor can be read or written. */
public final class Waiting {

    private Waiting() {}

    /**
     * Waits until {@code descriptor} is ready for {@code events} or has been closed: a platform thread in poll(2), a virtual thread
     * parked. May return early, so the caller tries its operation again and comes back. The caller is inside the descriptor and holds the
     * side that it waits for.
     *
     * <p>A wait needs a descriptor of its own: an eventfd(2) for a platform thread that no other way would wake, a place in epoll(7) for a
     * virtual thread. If the kernel has none to give, or no memory for it, the wait goes on without. Then the thread looks at the descriptor
     * again and again, the first times after 100 microseconds and later after 10 milliseconds at most. It tries each time to get what it
     * lacks. So the descriptor's readiness, a close and an interrupt end such a wait within 10 milliseconds and the time that the scheduler
     * takes; a close and an interrupt of a virtual thread at once.
     *
     * @param events {@link Linux#POLLIN} or {@link Linux#POLLOUT}, not both
     * @param timeoutMillis how long to wait at most; negative: without limit
     * @return 0 or more, or an error number of poll(2) negated, as {@code -EINTR}
     */
    public static int await(Descriptor descriptor, int events, int timeoutMillis) {
        return await(descriptor, events, timeoutMillis, Never.OVER);
    }

    /**
     * As {@link #await(Descriptor, int, int)}, without limit.
     *
     * @param target whose descriptor it is, for messages
     * @return false if the descriptor was closed before the wait
     * @throws IOException if nothing can be waited for
     */
    public static boolean awaitWhileOpen(Descriptor descriptor, int events, Object target) throws IOException {
        return awaitWhileOpen(descriptor, events, Timeout.NONE, target);
    }

    /** As {@link #awaitWhileOpen(Descriptor, int, Object)}, until a deadline of {@link Timeout} at most. */
    public static boolean awaitWhileOpen(Descriptor descriptor, int events, long deadline, Object target) throws IOException {
        if (descriptor.isClosed()) {
            return false;
        }
        int result = await(descriptor, events, Timeout.millisLeft(deadline));
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", target, result);
        }
        return true;
    }

    /**
     * As {@link #await(Descriptor, int, int)}, for what may come to an end that the kernel gives no event for.
     *
     * @param isOver whether there is nothing to wait for any more; the waiting thread asks anew when it is unparked, or woken by
     *     {@link Descriptor#wakeWriter}
     */
    public static int await(Descriptor descriptor, int events, int timeoutMillis, BooleanSupplier isOver) {
        if (VirtualThreads.isCurrentVirtual()) {
            return ParkingPoller.await(descriptor, events, timeoutMillis, isOver);
        }
        return descriptor.mayWaitInKernel(sideOf(events))
                ? poll(descriptor, events, timeoutMillis)
                : pollWithSignal(descriptor, events, timeoutMillis, isOver);
    }

    /** No lambda: most processes wait for the first time before anything else needs one. */
    private static final class Never implements BooleanSupplier {

        static final BooleanSupplier OVER = new Never();

        @Override
        public boolean getAsBoolean() {
            return false;
        }
    }

    /** The side whose holder waits for these events. */
    static int sideOf(int events) {
        return events == Linux.POLLIN ? Descriptor.READING : Descriptor.WRITING;
    }

    private static int pollWithSignal(Descriptor descriptor, int events, int timeoutMillis, BooleanSupplier isOver) {
        WaitSignal signal = descriptor.signal(sideOf(events));
        int event = signal.open();
        return event >= 0
                ? pollWithEvent(descriptor, events, event, timeoutMillis, isOver)
                : pollWithoutEvent(descriptor, events, timeoutMillis, isOver, signal);
    }

    private static int pollWithEvent(Descriptor descriptor, int events, int event, int timeoutMillis, BooleanSupplier isOver) {
        if (descriptor.isClosed() || isOver.getAsBoolean()) {
            return 0;
        }
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            ByteBuffer structs = memory.structs().buffer();
            int pollfds = memory.valueOffset();
            setPollfd(structs, pollfds, descriptor.fd(), events);
            setPollfd(structs, pollfds + PollfdLayout.BYTES, event, Linux.POLLIN);
            return descriptor.sys().poll(memory.structs().address() + pollfds, 2, timeoutMillis);
        } finally {
            memory.release();
        }
    }

    /** Looks every few milliseconds, until there is an eventfd. */
    private static int pollWithoutEvent(
            Descriptor descriptor, int events, int timeoutMillis, BooleanSupplier isOver, WaitSignal signal) {
        Backoff backoff = new Backoff();
        int left = timeoutMillis;
        for (;;) {
            if (descriptor.isClosed() || isOver.getAsBoolean()) {
                return 0;
            }
            int slice = backoff.nextMillis();
            if (timeoutMillis >= 0) {
                slice = Math.min(slice, left);
                left -= slice;
            }
            int n = poll(descriptor, events, slice);
            if (n != 0 || timeoutMillis >= 0 && left == 0) {
                return n;
            }
            int event = signal.open();
            if (event >= 0) {
                return pollWithEvent(descriptor, events, event, timeoutMillis < 0 ? timeoutMillis : left, isOver);
            }
        }
    }

    private static void setPollfd(ByteBuffer structs, int pollfd, int fd, int events) {
        structs.putInt(pollfd + PollfdLayout.FD, fd);
        structs.putShort(pollfd + PollfdLayout.EVENTS, (short) events);
        structs.putShort(pollfd + PollfdLayout.REVENTS, (short) 0);
    }

    /**
     * poll(2) on one descriptor. With no time to wait, again after a signal: a signal's handler ends a look at what is not ready too
     * (do_poll), and tells nothing about the descriptor.
     *
     * @return 0 after the time, otherwise the events that are ready, or an error number negated
     */
    public static int poll(Descriptor descriptor, int events, int timeoutMillis) {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            ByteBuffer structs = memory.structs().buffer();
            int pollfd = memory.valueOffset();
            setPollfd(structs, pollfd, descriptor.fd(), events);
            int n;
            do {
                n = descriptor.sys().poll(memory.structs().address() + pollfd, 1, timeoutMillis);
            } while (n == -Errno.EINTR && timeoutMillis == 0);
            return n <= 0 ? n : structs.getShort(pollfd + PollfdLayout.REVENTS) & 0xffff;
        } finally {
            memory.release();
        }
    }
}
