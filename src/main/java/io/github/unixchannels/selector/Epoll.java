// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.VirtualThreads;
import io.github.unixchannels.sys.layout.EpollEventLayout;
import java.io.IOException;

/** An epoll instance and room for the events of one wait. Used by one thread at a time. */
final class Epoll {

    /** How many events one wait takes; more ready descriptors come with the next. */
    static final int EVENTS_PER_WAIT = 1024;

    private static final EpollEventLayout LAYOUT = EpollEventLayout.NATIVE;

    private final Syscalls sys;
    private final Descriptor descriptor;
    private final NativeMemory events;
    private final NativeMemory change;

    private Epoll(Syscalls sys, int fd) {
        this.sys = sys;
        this.descriptor = new Descriptor(sys, fd);
        this.events = NativeMemory.allocate(sys, EVENTS_PER_WAIT * LAYOUT.size());
        this.change = NativeMemory.allocate(sys, LAYOUT.size());
    }

    /** epoll_create1(2). */
    static Epoll open(Syscalls sys) throws IOException {
        int fd = sys.epollCreate1(Linux.EPOLL_CLOEXEC);
        if (fd < 0) {
            throw ErrnoExceptions.io("epoll_create1", "EPOLL_CLOEXEC", fd);
        }
        try {
            return new Epoll(sys, fd);
        } catch (Throwable e) {
            sys.close(fd);
            throw e;
        }
    }

    /** epoll_ctl(2): level-triggered, with a number that comes back with the events. */
    int control(int operation, int fd, int eventsWanted, int number) {
        change.buffer().putInt(EpollEventLayout.EVENTS, eventsWanted);
        change.buffer().putLong(LAYOUT.data(), number);
        return sys.epollCtl(descriptor.fd(), operation, fd, change.address());
    }

    /**
     * epoll_wait(2). A virtual thread parks meanwhile.
     *
     * @param timeoutMillis 0 to look only, negative to wait without limit
     * @return how many events there are now, or an error number negated; may be 0 early
     */
    int await(int timeoutMillis) {
        int count = sys.epollWait(descriptor.fd(), events.address(), EVENTS_PER_WAIT, waitsHere() ? timeoutMillis : 0);
        if (count != 0 || timeoutMillis == 0 || waitsHere()) {
            return count;
        }
        int result = Waiting.await(descriptor, Linux.POLLIN, timeoutMillis);
        if (result == -Errno.ELOOP || result == -Errno.EINVAL) {
            // An epoll instance in here is nested so deep by now that this one fits into no other.
            return sys.epollWait(descriptor.fd(), events.address(), EVENTS_PER_WAIT, timeoutMillis);
        }
        return result < 0 ? result : sys.epollWait(descriptor.fd(), events.address(), EVENTS_PER_WAIT, 0);
    }

    private static boolean waitsHere() {
        return !VirtualThreads.isCurrentVirtual();
    }

    /** The events of entry {@code index} of the last wait. */
    int events(int index) {
        return events.buffer().getInt(index * LAYOUT.size() + EpollEventLayout.EVENTS);
    }

    /** The number of entry {@code index} of the last wait. */
    int number(int index) {
        return (int) events.buffer().getLong(index * LAYOUT.size() + LAYOUT.data());
    }

    void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "fd=" + descriptor.fd();
    }
}
