// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.EpollEventLayout;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where virtual threads wait for descriptors: they park, and one platform thread waits in epoll_wait(2) for all of them.
 *
 * <p>There are two, one for reading and one for writing, so that a descriptor has at most one waiting thread in each.
 */
final class ParkingPoller implements Runnable {

    private static final int EVENTS_PER_WAIT = 256;
    private static final EpollEventLayout LAYOUT = EpollEventLayout.NATIVE;

    private static ParkingPoller reading;
    private static ParkingPoller writing;

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean ready;
    }

    private final Syscalls sys;
    private final int events;
    private final int epoll;

    // Guards the waiters; the poller's thread and those that come and go hold it for a few instructions.
    private final ReentrantLock lock = new ReentrantLock();
    private final Slots<Waiter> waiters = new Slots<>();

    private ParkingPoller(Syscalls sys, int events, int epoll) {
        this.sys = sys;
        this.events = events;
        this.epoll = epoll;
    }

    /** The poller for {@link Linux#POLLIN} or {@link Linux#POLLOUT}, started when first asked for. */
    static synchronized ParkingPoller of(Syscalls sys, int events) {
        if (events == Linux.POLLIN) {
            reading = reading != null ? reading : start(sys, events, "unix-channels-read-poller");
            return reading;
        }
        writing = writing != null ? writing : start(sys, events, "unix-channels-write-poller");
        return writing;
    }

    /** Returns null, with nothing started, if the kernel has no descriptor left for it. */
    private static ParkingPoller start(Syscalls sys, int events, String name) {
        int epoll = sys.epollCreate1(Linux.EPOLL_CLOEXEC);
        if (epoll < 0) {
            return null;
        }
        ParkingPoller poller = new ParkingPoller(sys, events, epoll);
        Thread thread = new Thread(null, poller, name, 0, false);
        thread.setDaemon(true);
        thread.start();
        return poller;
    }

    int await(Descriptor descriptor, int timeoutMillis, BooleanSupplier isOver) {
        Waiter waiter = new Waiter();
        WaitSignal signal = descriptor.signal(Readiness.sideOf(events));
        int slot = add(waiter);
        signal.beginParking();
        try {
            int armed = control(Linux.EPOLL_CTL_ADD, descriptor.fd(), slot);
            if (armed < 0) {
                return armed;
            }
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (!waiter.ready && !descriptor.isClosed() && !isOver.getAsBoolean()) {
                if (timeoutMillis < 0) {
                    LockSupport.park(this);
                } else {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        break;
                    }
                    LockSupport.parkNanos(this, left);
                }
                if (Thread.currentThread().isInterrupted()) {
                    break; // park would not wait again: who called decides what an interrupt means
                }
            }
            control(Linux.EPOLL_CTL_DEL, descriptor.fd(), slot);
            return 0;
        } finally {
            signal.end();
            remove(slot);
        }
    }

    private int add(Waiter waiter) {
        lock.lock();
        try {
            return waiters.add(waiter);
        } finally {
            lock.unlock();
        }
    }

    private void remove(int slot) {
        lock.lock();
        try {
            waiters.remove(slot);
        } finally {
            lock.unlock();
        }
    }

    private int control(int operation, int fd, int slot) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            ByteBuffer structs = memory.structs().buffer();
            int event = memory.valueOffset();
            structs.putInt(event + EpollEventLayout.EVENTS, events | Linux.EPOLLONESHOT);
            structs.putLong(event + LAYOUT.data(), slot);
            return sys.epollCtl(epoll, operation, fd, memory.structs().address() + event);
        } finally {
            memory.release();
        }
    }

    @Override
    public void run() {
        NativeMemory memory = NativeMemory.allocate(sys, EVENTS_PER_WAIT * LAYOUT.size());
        ByteBuffer ready = memory.buffer();
        for (;;) {
            int count = sys.epollWait(epoll, memory.address(), EVENTS_PER_WAIT, -1);
            if (count < 0 && count != -Errno.EINTR) {
                throw new IllegalStateException("epoll_wait(" + epoll + "): " + Errno.describe(-count));
            }
            for (int i = 0; i < count; i++) {
                wake((int) ready.getLong(i * LAYOUT.size() + LAYOUT.data()));
            }
        }
    }

    /** Wakes whoever has the slot now; should that be somebody new, it finds nothing ready and waits again. */
    private void wake(int slot) {
        lock.lock();
        try {
            Waiter waiter = waiters.get(slot);
            if (waiter != null) {
                waiter.ready = true;
                LockSupport.unpark(waiter.thread);
            }
        } finally {
            lock.unlock();
        }
    }
}
