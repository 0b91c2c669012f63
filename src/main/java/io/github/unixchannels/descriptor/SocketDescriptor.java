// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import io.github.unixchannels.sys.layout.TimevalLayout;

/**
 * A socket's descriptor. A close while there are users inside shuts the socket down, which ends every recv(2), send(2) and poll(2)
 * on it, those of listeners and of unconnected sockets too, and lets the peer see the end at once although the number is still held.
 *
 * <p>shutdown(2) acts on the open file description, so a descriptor that is {@linkplain #share shared} is not shut down; unless a thread
 * may wait in recv(2) or send(2) since before, for nothing else would wake it.
 */
public final class SocketDescriptor extends Descriptor {

    /** Room for a name of any family, and whole words of a name of AF_UNIX. */
    private static final int NAME_BYTES = SockaddrUnLayout.RECEIVE_BYTES;

    /**
     * How long a recv(2) or send(2) of a socket that nobody else holds waits in the kernel for an operation that has a timeout. Such waits
     * end up to two ticks of the kernel late, and later if they are longer (timer wheel), so the rest of the time is waited in poll(2).
     */
    private static final int KERNEL_WAIT_MICROS = 20_000;

    /** With less time than that, no operation waits in recv(2) or send(2). */
    private static final long LEAST_NANOS = 50_000_000;

    private final boolean listening;

    // Whether SO_RCVTIMEO and SO_SNDTIMEO are set to KERNEL_WAIT_MICROS. Changed with this object's lock, and not on a shared socket.
    private volatile boolean receiveWaitsEnd;
    private volatile boolean sendWaitsEnd;

    public SocketDescriptor(Syscalls sys, int fd) {
        this(sys, fd, false);
    }

    private SocketDescriptor(Syscalls sys, int fd, boolean listening) {
        super(sys, fd);
        this.listening = listening;
    }

    /** Takes over a number that has just been opened; if that fails, the number is closed. */
    public static SocketDescriptor own(Syscalls sys, int fd) {
        return own(sys, fd, false);
    }

    /** As {@link #own}, of a socket that is to listen. */
    public static SocketDescriptor ownListener(Syscalls sys, int fd) {
        return own(sys, fd, true);
    }

    private static SocketDescriptor own(Syscalls sys, int fd, boolean listening) {
        try {
            return new SocketDescriptor(sys, fd, listening);
        } catch (Throwable e) {
            sys.close(fd);
            throw e;
        }
    }

    /**
     * The descriptor of a socket that listens, or is to. Its users wait in poll(2) in any case, and so can be woken by a signal even if
     * they have waited since before it was shared.
     */
    public static SocketDescriptor ofListener(Syscalls sys, int fd) {
        return new SocketDescriptor(sys, fd, true);
    }

    /** For questions to a socket that another object owns, or will: it is never closed through this one. */
    public static SocketDescriptor toAsk(Syscalls sys, int fd) {
        boolean owned = OwnedNumbers.isOwned(fd);
        SocketDescriptor asked = new SocketDescriptor(sys, fd, true);
        if (!owned) {
            OwnedNumbers.release(fd);
        }
        return asked;
    }

    @Override
    protected boolean usersWaitInKernel() {
        return !listening;
    }

    @Override
    protected void wakeUsers() {
        sys().shutdown(fd(), Linux.SHUT_RDWR);
    }

    /**
     * Whether an operation with a timeout may wait in recv(2) or send(2) without a flag: then the call returns EAGAIN before the time is
     * over. System call: setsockopt(2) with SO_RCVTIMEO or SO_SNDTIMEO, once. The caller is inside, and {@link #mayWaitInKernel}.
     *
     * @param side {@link #READING} or {@link #WRITING}
     */
    public boolean kernelWaitEnds(int side, long timeoutNanos) {
        return timeoutNanos >= LEAST_NANOS && ((side == READING ? receiveWaitsEnd : sendWaitsEnd) || endKernelWaits(side));
    }

    private synchronized boolean endKernelWaits(int side) {
        if (isShared() || setKernelWait(side, KERNEL_WAIT_MICROS) < 0) {
            return false;
        }
        if (side == READING) {
            receiveWaitsEnd = true;
        } else {
            sendWaitsEnd = true;
        }
        return true;
    }

    /** {@inheritDoc} Others would feel the time of waits in the kernel. */
    @Override
    protected synchronized void waitsInKernelNoMore(int sides) {
        if ((sides & READING) != 0 && receiveWaitsEnd) {
            receiveWaitsEnd = false;
            setKernelWait(READING, 0);
        }
        if ((sides & WRITING) != 0 && sendWaitsEnd) {
            sendWaitsEnd = false;
            setKernelWait(WRITING, 0);
        }
    }

    private int setKernelWait(int side, int micros) {
        CallMemory memory = CallMemory.acquire(sys());
        try {
            memory.structs().buffer().putLong(memory.valueOffset() + TimevalLayout.SECONDS, 0);
            memory.structs().buffer().putLong(memory.valueOffset() + TimevalLayout.MICROSECONDS, micros);
            return setOption(Linux.SOL_SOCKET, side == READING ? Linux.SO_RCVTIMEO : Linux.SO_SNDTIMEO, memory, TimevalLayout.BYTES);
        } finally {
            memory.release();
        }
    }

    /** How many bytes are queued to be received: ioctl(2), FIONREAD. Or an error number negated. */
    public int queuedBytes() {
        CallMemory memory = CallMemory.acquire(sys());
        try {
            int result = sys().ioctl(fd(), Linux.FIONREAD, memory.structs().address() + memory.valueOffset());
            return result < 0 ? result : memory.structs().buffer().getInt(memory.valueOffset());
        } finally {
            memory.release();
        }
    }

    /**
     * Whether a call is made again after a signal. Not if the wait in the call would begin anew and last longer with each signal; then the
     * caller waits in poll(2).
     *
     * @param side {@link #READING} or {@link #WRITING}
     * @param flags of the call
     */
    public boolean isToBeRepeated(int side, int flags) {
        boolean waitBeginsAnew = (flags & Linux.MSG_DONTWAIT) == 0 && (side == READING ? receiveWaitsEnd : sendWaitsEnd);
        return !waitBeginsAnew && !isClosed();
    }

    /** recv(2), again after a signal, until the descriptor is closed. Returns as {@link Syscalls#recv}. */
    public long recv(long buffer, long lengthBytes, int flags) {
        long n;
        do {
            n = sys().recv(fd(), buffer, lengthBytes, flags);
        } while (n == -Errno.EINTR && isToBeRepeated(READING, flags));
        return n;
    }

    /**
     * recvfrom(2), again after a signal, until the descriptor is closed. The kernel writes the sender's name to
     * {@link CallMemory#addressOffset} and the name's length to {@link CallMemory#lengthOffset}.
     */
    public long recvfrom(CallMemory memory, long buffer, long lengthBytes, int flags) {
        long structs = memory.structs().address();
        long n;
        do {
            memory.structs().buffer().putInt(memory.lengthOffset(), NAME_BYTES);
            n = sys().recvfrom(fd(), buffer, lengthBytes, flags, structs + memory.addressOffset(), structs + memory.lengthOffset());
        } while (n == -Errno.EINTR && isToBeRepeated(READING, flags));
        return n;
    }

    /** recvmsg(2), again after a signal, until the descriptor is closed. Returns as {@link Syscalls#recvmsg}. */
    public long recvmsg(long message, int flags) {
        long n;
        do {
            n = sys().recvmsg(fd(), message, flags);
        } while (n == -Errno.EINTR && isToBeRepeated(READING, flags));
        return n;
    }

    /** send(2) without SIGPIPE, again after a signal, until the descriptor is closed. Returns as {@link Syscalls#send}. */
    public long send(long buffer, long lengthBytes, int flags) {
        long n;
        do {
            n = sys().send(fd(), buffer, lengthBytes, flags | Linux.MSG_NOSIGNAL);
        } while (n == -Errno.EINTR && isToBeRepeated(WRITING, flags));
        return n;
    }

    /**
     * sendto(2) without SIGPIPE, again after a signal, until the descriptor is closed. The target's name is at
     * {@link CallMemory#addressOffset}.
     */
    public long sendto(CallMemory memory, int nameBytes, long buffer, long lengthBytes, int flags) {
        long name = memory.structs().address() + memory.addressOffset();
        long n;
        do {
            n = sys().sendto(fd(), buffer, lengthBytes, flags | Linux.MSG_NOSIGNAL, name, nameBytes);
        } while (n == -Errno.EINTR && !isClosed());
        return n;
    }

    /** sendmsg(2) without SIGPIPE, again after a signal, until the descriptor is closed. Returns as {@link Syscalls#sendmsg}. */
    public long sendmsg(long message, int flags) {
        long n;
        do {
            n = sys().sendmsg(fd(), message, flags | Linux.MSG_NOSIGNAL);
        } while (n == -Errno.EINTR && isToBeRepeated(WRITING, flags));
        return n;
    }

    /** sendmmsg(2) without SIGPIPE, again after a signal, until the descriptor is closed. Returns as {@link Syscalls#sendmmsg}. */
    public int sendmmsg(long messages, int count, int flags) {
        int n;
        do {
            n = sys().sendmmsg(fd(), messages, count, flags | Linux.MSG_NOSIGNAL);
        } while (n == -Errno.EINTR && isToBeRepeated(WRITING, flags));
        return n;
    }

    /**
     * accept4(2) with SOCK_CLOEXEC, again after a signal, until the descriptor is closed. The kernel writes the peer's name to
     * {@link CallMemory#addressOffset} and the name's length to {@link CallMemory#lengthOffset}.
     */
    public int accept(CallMemory memory) {
        long structs = memory.structs().address();
        int n;
        do {
            memory.structs().buffer().putInt(memory.lengthOffset(), NAME_BYTES);
            n = sys().accept4(fd(), structs + memory.addressOffset(), structs + memory.lengthOffset(), Linux.SOCK_CLOEXEC);
        } while (n == -Errno.EINTR && !isClosed());
        return n;
    }

    /** bind(2) to the name of {@code nameBytes} at {@link CallMemory#addressOffset}. Returns 0, or an error number negated. */
    public int bind(CallMemory memory, int nameBytes) {
        return sys().bind(fd(), memory.structs().address() + memory.addressOffset(), nameBytes);
    }

    /** connect(2), once, to the name of {@code nameBytes} at {@link CallMemory#addressOffset}. Returns 0, or an error number negated. */
    public int connect(CallMemory memory, int nameBytes) {
        return sys().connect(fd(), memory.structs().address() + memory.addressOffset(), nameBytes);
    }

    /**
     * getsockname(2): the kernel writes the socket's own name to {@link CallMemory#addressOffset} and the name's length to
     * {@link CallMemory#lengthOffset}. Returns 0, or an error number negated.
     */
    public int localName(CallMemory memory) {
        long structs = memory.structs().address();
        memory.structs().buffer().putInt(memory.lengthOffset(), NAME_BYTES);
        return sys().getsockname(fd(), structs + memory.addressOffset(), structs + memory.lengthOffset());
    }

    /** getpeername(2), as {@link #localName} of the peer. */
    public int peerName(CallMemory memory) {
        long structs = memory.structs().address();
        memory.structs().buffer().putInt(memory.lengthOffset(), NAME_BYTES);
        return sys().getpeername(fd(), structs + memory.addressOffset(), structs + memory.lengthOffset());
    }

    /** getsockopt(2) of an int: the value, or an error number negated. */
    public int getOption(int level, int option) {
        CallMemory memory = CallMemory.acquire(sys());
        try {
            int result = getOption(level, option, memory, Integer.BYTES);
            return result < 0 ? result : memory.structs().buffer().getInt(memory.valueOffset());
        } finally {
            memory.release();
        }
    }

    /** getsockopt(2) into the value at {@link CallMemory#valueOffset}. Returns 0, or an error number negated. */
    public int getOption(int level, int option, CallMemory memory, int lengthBytes) {
        long structs = memory.structs().address();
        memory.structs().buffer().putInt(memory.lengthOffset(), lengthBytes);
        return sys().getsockopt(fd(), level, option, structs + memory.valueOffset(), structs + memory.lengthOffset());
    }

    /** setsockopt(2) of an int. Returns 0, or an error number negated. */
    public int setOption(int level, int option, int value) {
        CallMemory memory = CallMemory.acquire(sys());
        try {
            memory.structs().buffer().putInt(memory.valueOffset(), value);
            return setOption(level, option, memory, Integer.BYTES);
        } finally {
            memory.release();
        }
    }

    /** setsockopt(2) of the value at {@link CallMemory#valueOffset}. Returns 0, or an error number negated. */
    public int setOption(int level, int option, CallMemory memory, int lengthBytes) {
        return sys().setsockopt(fd(), level, option, memory.structs().address() + memory.valueOffset(), lengthBytes);
    }
}
