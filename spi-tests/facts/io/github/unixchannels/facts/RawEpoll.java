// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.layout.EpollEventLayout;
import java.lang.ref.Reference;
import java.util.Map;
import java.util.TreeMap;

/** An epoll instance, level-triggered. */
final class RawEpoll implements AutoCloseable {

    /** What a selector would ask for, and more. */
    static final int ALL = Linux.POLLIN | Linux.POLLOUT | Linux.POLLRDHUP;

    private static final EpollEventLayout LAYOUT = EpollEventLayout.NATIVE;
    private static final int ROOM = 4;

    private final int fd = (int) RawSocket.require("epoll_create1", RawSocket.SYS.epollCreate1(Linux.EPOLL_CLOEXEC));
    private final NativeMemory events = NativeMemory.allocate(RawSocket.SYS, ROOM * LAYOUT.size());

    /** The events of a socket, as epoll reports them at once to whoever asks for all of them. */
    static String events(RawSocket socket) {
        return events(socket, ALL);
    }

    /** The events of a socket, as epoll reports them at once to whoever asks for {@code interest}. */
    static String events(RawSocket socket, int interest) {
        try (RawEpoll epoll = new RawEpoll()) {
            epoll.add(socket.fd(), interest, 0);
            return Names.events(epoll.ready().getOrDefault(0L, 0));
        }
    }

    int fd() {
        return fd;
    }

    void add(int watched, int interest, long data) {
        NativeMemory event = NativeMemory.allocate(RawSocket.SYS, LAYOUT.size());
        event.buffer().putInt(EpollEventLayout.EVENTS, interest);
        event.buffer().putLong(LAYOUT.data(), data);
        RawSocket.require("epoll_ctl", RawSocket.SYS.epollCtl(fd, Linux.EPOLL_CTL_ADD, watched, event.address()));
        Reference.reachabilityFence(event);
    }

    /** The events that there are now, by the data they were added with. */
    Map<Long, Integer> ready() {
        return events(RawSocket.SYS.epollWait(fd, events.address(), ROOM, 0));
    }

    /** How many events there are, once there are some. */
    int await() {
        return RawSocket.SYS.epollWait(fd, events.address(), ROOM, -1);
    }

    private Map<Long, Integer> events(long count) {
        Map<Long, Integer> ready = new TreeMap<>();
        for (int i = 0; i < RawSocket.require("epoll_wait", count); i++) {
            int at = i * LAYOUT.size();
            ready.put(events.buffer().getLong(at + LAYOUT.data()), events.buffer().getInt(at + EpollEventLayout.EVENTS));
        }
        return ready;
    }

    @Override
    public void close() {
        RawSocket.SYS.close(fd);
    }
}
