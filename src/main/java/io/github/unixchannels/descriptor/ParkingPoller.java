// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.EpollEventLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where virtual threads wait for descriptors: they park, and one platform thread waits in epoll_wait(2) for all of them.
 *
 * <p>There are two, one for reading and one for writing, so that a descriptor has at most one waiting thread in each. Each is started when
 * it is first needed, and ends when no thread has waited for a minute: then its thread holds no class of this library any more. The next
 * waiting thread starts another.
 */
final class ParkingPoller implements Runnable {

    private static final int EVENTS_PER_WAIT = 256;
    private static final int IDLE_MILLIS = (int) TimeUnit.MINUTES.toMillis(1);
    private static final int ENDED = -1;
    private static final EpollEventLayout LAYOUT = EpollEventLayout.NATIVE;

    /** Held to start a poller. */
    private static final ReentrantLock STARTING = new ReentrantLock();

    private static volatile ParkingPoller reading;
    private static volatile ParkingPoller writing;

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean ready;
    }

    private final Syscalls sys;
    private final int events;
    private final int idleMillis;
    private final NativeMemory ready;
    private int epoll;

    // Guards what follows; the poller's thread and those that come and go hold it for a few instructions.
    private final ReentrantLock lock = new ReentrantLock();
    private final Slots<Waiter> waiters = new Slots<>();
    private boolean ended;

    private ParkingPoller(Syscalls sys, int events, int idleMillis) {
        this.sys = sys;
        this.events = events;
        this.idleMillis = idleMillis;
        this.ready = NativeMemory.allocate(sys, EVENTS_PER_WAIT * LAYOUT.size());
    }

    /** The poller for {@link Linux#POLLIN} or {@link Linux#POLLOUT}; null if there is none and none can be started. */
    private static ParkingPoller of(Syscalls sys, int events) {
        ParkingPoller poller = current(events);
        if (poller != null) {
            return poller;
        }
        STARTING.lock();
        try {
            poller = current(events);
            return poller != null ? poller : start(sys, events, IDLE_MILLIS);
        } finally {
            STARTING.unlock();
        }
    }

    static ParkingPoller current(int events) {
        return events == Linux.POLLIN ? reading : writing;
    }

    static void current(int events, ParkingPoller poller) {
        if (events == Linux.POLLIN) {
            reading = poller;
        } else {
            writing = poller;
        }
    }

    /** Starts one; null, with nothing started, if the kernel has no descriptor or no thread left for it. */
    static ParkingPoller start(Syscalls sys, int events, int idleMillis) {
        ParkingPoller poller = new ParkingPoller(sys, events, idleMillis);
        String name = events == Linux.POLLIN ? "unix-channels-read-poller" : "unix-channels-write-poller";
        Thread thread = new Thread(null, poller, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null); // the first waiting thread's application must be able to go
        poller.epoll = sys.epollCreate1(Linux.EPOLL_CLOEXEC);
        if (poller.epoll < 0) {
            return null;
        }
        boolean started = false;
        try {
            thread.start();
            started = true;
        } catch (OutOfMemoryError e) {
            return null; // no thread left: as without a descriptor
        } finally {
            if (!started) {
                sys.close(poller.epoll);
            }
        }
        current(events, poller);
        return poller;
    }

    /** {@link Waiting#await}, by a virtual thread. */
    static int await(Descriptor descriptor, int events, int timeoutMillis, BooleanSupplier isOver) {
        WaitSignal signal = descriptor.signal(Waiting.sideOf(events));
        Waiter waiter = new Waiter();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        Backoff backoff = null;
        signal.beginParking();
        try {
            for (;;) {
                ParkingPoller poller = of(descriptor.sys(), events);
                int slot = poller != null ? poller.add(waiter) : ENDED;
                if (slot != ENDED && poller.park(waiter, slot, descriptor, signal, timeoutMillis, deadline, isOver)) {
                    return 0;
                }
                int n = Waiting.poll(descriptor, events, 0);
                if (n != 0) {
                    return n;
                }
                backoff = backoff != null ? backoff : new Backoff();
                if (!park(descriptor, timeoutMillis, deadline, isOver, backoff.nextNanos())) {
                    return 0;
                }
            }
        } finally {
            signal.endParking();
        }
    }

    /** Waits until the descriptor is ready, or there is nothing to wait for; false at once if epoll_ctl(2) fails. */
    private boolean park(Waiter waiter, int slot, Descriptor descriptor, WaitSignal signal, int timeoutMillis, long deadline,
            BooleanSupplier isOver) {
        try {
            if (arm(descriptor, slot, signal) < 0) {
                return false;
            }
            try {
                while (!waiter.ready && park(descriptor, timeoutMillis, deadline, isOver, Long.MAX_VALUE)) {
                    // until one of them
                }
            } finally {
                if (!waiter.ready) {
                    signal.watchedBy = null;
                    control(Linux.EPOLL_CTL_DEL, descriptor, slot);
                }
            }
            return true;
        } finally {
            remove(slot);
        }
    }

    /**
     * Has the epoll instance report the descriptor once. After the report the descriptor stays in the instance, which reports it no more: the
     * next wait changes that by one call, and no call takes the descriptor out. A descriptor that was closed while others hold the same open
     * file stays in the instance too, and is met again under the same number.
     */
    private int arm(Descriptor descriptor, int slot, WaitSignal signal) {
        boolean known = signal.watchedBy == this;
        signal.watchedBy = this;
        int result = control(known ? Linux.EPOLL_CTL_MOD : Linux.EPOLL_CTL_ADD, descriptor, slot);
        if (result == -Errno.EEXIST) {
            result = control(Linux.EPOLL_CTL_MOD, descriptor, slot);
        } else if (result == -Errno.ENOENT) {
            result = control(Linux.EPOLL_CTL_ADD, descriptor, slot);
        }
        if (result < 0) {
            signal.watchedBy = null;
        }
        return result;
    }

    /** Parks once, for so long at most; false if there is nothing to wait for any more. */
    private static boolean park(Descriptor descriptor, int timeoutMillis, long deadline, BooleanSupplier isOver, long nanos) {
        if (descriptor.isClosed() || isOver.getAsBoolean()) {
            return false;
        }
        if (timeoutMillis < 0 && nanos == Long.MAX_VALUE) {
            LockSupport.park(descriptor);
        } else {
            long left = timeoutMillis < 0 ? nanos : Math.min(nanos, deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(descriptor, left);
        }
        return !Thread.currentThread().isInterrupted(); // park would not wait again: the caller decides what an interrupt means
    }

    /** The waiter's slot, or {@link #ENDED}. */
    private int add(Waiter waiter) {
        lock.lock();
        try {
            return ended ? ENDED : waiters.add(waiter);
        } finally {
            lock.unlock();
        }
    }

    private void remove(int slot) {
        lock.lock();
        try {
            waiters.remove(slot);
            closeIfUnused();
        } finally {
            lock.unlock();
        }
    }

    private int control(int operation, Descriptor descriptor, int slot) {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            ByteBuffer structs = memory.structs().buffer();
            int event = memory.valueOffset();
            structs.putInt(event + EpollEventLayout.EVENTS, events | Linux.EPOLLONESHOT);
            structs.putLong(event + LAYOUT.data(), slot);
            return descriptor.sys().epollCtl(epoll, operation, descriptor.fd(), memory.structs().address() + event);
        } finally {
            memory.release();
        }
    }

    @Override
    public void run() {
        try {
            int count;
            do {
                count = sys.epollWait(epoll, ready.address(), EVENTS_PER_WAIT, idleMillis);
                for (int i = 0; i < count; i++) {
                    wake((int) ready.buffer().getLong(i * LAYOUT.size() + LAYOUT.data()));
                }
            } while (count > 0 || count == -Errno.EINTR || count == 0 && !isIdle());
        } finally {
            end();
        }
    }

    private boolean isIdle() {
        lock.lock();
        try {
            ended = waiters.isEmpty();
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Makes room for another if it ended because it was idle. After a failure there is none: virtual threads wait without. */
    private void end() {
        lock.lock();
        boolean idle = ended;
        try {
            ended = true;
            waiters.forEach(ParkingPoller::wake);
            closeIfUnused();
        } finally {
            lock.unlock();
        }
        STARTING.lock();
        try {
            if (idle && current(events) == this) {
                current(events, null);
            }
        } finally {
            STARTING.unlock();
        }
    }

    /** Closes the epoll instance, once: the last to leave a poller that has ended. The lock is held. */
    private void closeIfUnused() {
        if (ended && waiters.isEmpty() && epoll >= 0) {
            sys.close(epoll);
            epoll = ENDED;
        }
    }

    /** Wakes the thread that has the slot now; should that be a new one, it finds nothing ready and waits again. */
    private void wake(int slot) {
        lock.lock();
        try {
            Waiter waiter = waiters.get(slot);
            if (waiter != null) {
                wake(waiter);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void wake(Waiter waiter) {
        waiter.ready = true;
        LockSupport.unpark(waiter.thread);
    }
}
