// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.PollfdLayout;
import io.github.unixchannels.sys.VirtualThreads;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** Waiting until a descriptor can be read or written. */
public final class Readiness {

    private Readiness() {}

    /**
     * Waits until {@code descriptor} is ready for {@code events} or has been closed: a platform thread in poll(2), a virtual thread
     * parked. May return early, so the caller tries its operation again and comes back; the caller is inside the descriptor, alone on
     * the side that it waits for.
     *
     * @param events {@link Linux#POLLIN} or {@link Linux#POLLOUT}, not both
     * @param timeoutMillis how long to wait at most; negative: without limit
     * @return 0 or more, or an error number negated: {@code -EINTR}; {@code -EMFILE} and the like if there is no descriptor left for what
     *     would wake the caller
     */
    public static int await(Descriptor descriptor, int events, int timeoutMillis) {
        return await(descriptor, events, timeoutMillis, Never.OVER);
    }

    /**
     * As {@link #await(Descriptor, int, int)}, for what may come to an end that the kernel gives no event for.
     *
     * @param isOver whether there is nothing to wait for any more; whoever waits asks anew when it is unparked, or woken by
     *     {@link Descriptor#wakeWriter}
     */
    public static int await(Descriptor descriptor, int events, int timeoutMillis, BooleanSupplier isOver) {
        if (VirtualThreads.isCurrentVirtual()) {
            ParkingPoller poller = ParkingPoller.of(descriptor.sys(), events);
            return poller != null ? poller.await(descriptor, timeoutMillis, isOver) : -Errno.EMFILE;
        }
        return descriptor.wakesBySignal()
                ? pollWithSignal(descriptor, events, timeoutMillis, isOver)
                : poll(descriptor, events, timeoutMillis);
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
        if (event < 0) {
            return event;
        }
        signal.begin();
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            if (descriptor.isClosed() || isOver.getAsBoolean()) {
                return 0;
            }
            ByteBuffer structs = memory.structs().buffer();
            int pollfds = memory.valueOffset();
            setPollfd(structs, pollfds, descriptor.fd(), events);
            setPollfd(structs, pollfds + PollfdLayout.BYTES, event, Linux.POLLIN);
            return descriptor.sys().poll(memory.structs().address() + pollfds, 2, timeoutMillis);
        } finally {
            memory.release();
            signal.end();
        }
    }

    private static void setPollfd(ByteBuffer structs, int pollfd, int fd, int events) {
        structs.putInt(pollfd + PollfdLayout.FD, fd);
        structs.putShort(pollfd + PollfdLayout.EVENTS, (short) events);
        structs.putShort(pollfd + PollfdLayout.REVENTS, (short) 0);
    }

    /**
     * poll(2) on one descriptor.
     *
     * @return 0 after the time, otherwise the events that are ready, or an error number negated
     */
    public static int poll(Descriptor descriptor, int events, int timeoutMillis) {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            ByteBuffer structs = memory.structs().buffer();
            int pollfd = memory.valueOffset();
            setPollfd(structs, pollfd, descriptor.fd(), events);
            int n = descriptor.sys().poll(memory.structs().address() + pollfd, 1, timeoutMillis);
            return n <= 0 ? n : structs.getShort(pollfd + PollfdLayout.REVENTS) & 0xffff;
        } finally {
            memory.release();
        }
    }
}
