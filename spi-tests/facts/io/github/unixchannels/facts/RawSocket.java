// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.PollfdLayout;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A socket, and the system calls on it with nothing added. Results are those of {@link Syscalls}; only what every probe takes for
 * granted (that there are sockets at all) is an exception. Nothing waits unless it says so.
 */
final class RawSocket implements AutoCloseable {

    static final Syscalls SYS = HostSyscalls.get();

    private static final int NO_WAIT = Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL;

    private final int fd;
    private boolean open = true;

    private RawSocket(int fd) {
        this.fd = fd;
    }

    /** Two sockets connected with each other. */
    record Pair(RawSocket near, RawSocket far) implements AutoCloseable {
        @Override
        public void close() {
            near.close();
            far.close();
        }
    }

    /** A socket that is O_NONBLOCK. */
    static RawSocket open(Kind kind) {
        return adopt(SYS.socket(Linux.AF_UNIX, kind.number() | Linux.SOCK_CLOEXEC | Linux.SOCK_NONBLOCK, 0));
    }

    /** A socket that is bound and listens. */
    static RawSocket listener(Kind kind, Address address, int backlog) {
        RawSocket listener = open(kind);
        require("bind", listener.bind(address));
        require("listen", listener.listen(backlog));
        return listener;
    }

    /** Two connected sockets that are not O_NONBLOCK. */
    static Pair pair(Kind kind) {
        NativeMemory fds = NativeMemory.allocate(SYS, 2 * Integer.BYTES);
        require("socketpair", SYS.socketpair(Linux.AF_UNIX, kind.number() | Linux.SOCK_CLOEXEC, 0, fds.address()));
        return new Pair(new RawSocket(fds.buffer().getInt(0)), new RawSocket(fds.buffer().getInt(Integer.BYTES)));
    }

    /** Takes over a descriptor that a system call returned. */
    static RawSocket adopt(int fd) {
        return new RawSocket((int) require("socket", fd));
    }

    static long require(String call, long result) {
        if (result < 0) {
            throw new IllegalStateException(call + ": " + Names.result(result));
        }
        return result;
    }

    int fd() {
        return fd;
    }

    /** Takes O_NONBLOCK away. */
    RawSocket waiting() {
        require("fcntl", SYS.fcntl(fd, Linux.F_SETFL, Linux.O_RDWR));
        return this;
    }

    int bind(Address address) {
        NativeMemory memory = address.toMemory(SYS);
        int result = SYS.bind(fd, memory.address(), address.lengthBytes());
        Reference.reachabilityFence(memory);
        return result;
    }

    int listen(int backlog) {
        return SYS.listen(fd, backlog);
    }

    int connect(Address address) {
        NativeMemory memory = address.toMemory(SYS);
        int result = SYS.connect(fd, memory.address(), address.lengthBytes());
        Reference.reachabilityFence(memory);
        return result;
    }

    /** A connection that is in the backlog. */
    RawSocket accept() {
        return adopt(SYS.accept4(fd, 0, 0, Linux.SOCK_CLOEXEC | Linux.SOCK_NONBLOCK));
    }

    /** What getsockname(2) says {@code sun_path} is. */
    byte[] name() {
        NativeMemory memory = NativeMemory.allocate(SYS, SockaddrUnLayout.RECEIVE_BYTES + Integer.BYTES);
        memory.buffer().putInt(SockaddrUnLayout.RECEIVE_BYTES, SockaddrUnLayout.RECEIVE_BYTES);
        require("getsockname", SYS.getsockname(fd, memory.address(), memory.address() + SockaddrUnLayout.RECEIVE_BYTES));
        byte[] name = new byte[memory.buffer().getInt(SockaddrUnLayout.RECEIVE_BYTES) - SockaddrUnLayout.PATH];
        memory.buffer().get(SockaddrUnLayout.PATH, name);
        return name;
    }

    int shutdown(int how) {
        return SYS.shutdown(fd, how);
    }

    long send(String text) {
        return send(text, 0);
    }

    long send(String text, int flags) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        NativeMemory memory = NativeMemory.allocate(SYS, bytes.length);
        memory.buffer().put(0, bytes);
        return send(memory, bytes.length, flags);
    }

    /** Sends {@code lengthBytes} zeros. */
    long sendZeros(int lengthBytes) {
        return send(NativeMemory.allocate(SYS, lengthBytes), lengthBytes, 0);
    }

    long send(NativeMemory memory, int lengthBytes, int flags) {
        long result = SYS.send(fd, memory.address(), lengthBytes, flags | NO_WAIT);
        Reference.reachabilityFence(memory);
        return result;
    }

    /** recv(2) into {@code roomBytes} bytes. */
    long recv(int roomBytes, int flags) {
        NativeMemory memory = NativeMemory.allocate(SYS, roomBytes);
        long result = SYS.recv(fd, memory.address(), roomBytes, flags | NO_WAIT);
        Reference.reachabilityFence(memory);
        return result;
    }

    /** What recv(2) brought: the bytes as text, 0, or the name of an error. */
    String text(int roomBytes, int flags) {
        NativeMemory memory = NativeMemory.allocate(SYS, roomBytes);
        long result = SYS.recv(fd, memory.address(), roomBytes, flags | NO_WAIT);
        if (result <= 0) {
            return Names.result(result);
        }
        byte[] bytes = new byte[(int) Math.min(result, roomBytes)];
        memory.buffer().get(0, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** An option of SOL_SOCKET that is an int; or an error number negated. */
    int option(int name) {
        byte[] value = new byte[Integer.BYTES];
        int result = option(name, value);
        return result < 0 ? result : ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }

    /** Reads an option of SOL_SOCKET into {@code value}: how long it is, or an error number negated. */
    int option(int name, byte[] value) {
        NativeMemory memory = NativeMemory.allocate(SYS, Long.BYTES + value.length);
        memory.buffer().putInt(0, value.length);
        int result = SYS.getsockopt(fd, Linux.SOL_SOCKET, name, memory.address() + Long.BYTES, memory.address());
        memory.buffer().get(Long.BYTES, value);
        return result < 0 ? result : memory.buffer().getInt(0);
    }

    /** The length that getsockopt(2) tells when it is given no room. */
    int optionBytes(int name) {
        NativeMemory memory = NativeMemory.allocate(SYS, Long.BYTES);
        SYS.getsockopt(fd, Linux.SOL_SOCKET, name, memory.address(), memory.address());
        return memory.buffer().getInt(0);
    }

    int set(int name, int value) {
        return set(name, ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    int set(int name, byte[] value) {
        NativeMemory memory = NativeMemory.allocate(SYS, value.length);
        memory.buffer().put(0, value);
        int result = SYS.setsockopt(fd, Linux.SOL_SOCKET, name, memory.address(), value.length);
        Reference.reachabilityFence(memory);
        return result;
    }

    /** The int that ioctl(2) tells, or an error number negated. */
    int ioctl(long request) {
        NativeMemory memory = NativeMemory.allocate(SYS, Integer.BYTES);
        int result = SYS.ioctl(fd, request, memory.address());
        return result < 0 ? result : memory.buffer().getInt(0);
    }

    /** The events of poll(2) that there are now. */
    String poll(int events) {
        NativeMemory memory = pollfd(events);
        require("poll", SYS.poll(memory.address(), 1, 0));
        return Names.events(memory.buffer().getShort(PollfdLayout.REVENTS) & 0xffff);
    }

    /** A {@code struct pollfd} of this socket. */
    NativeMemory pollfd(int events) {
        NativeMemory memory = NativeMemory.allocate(SYS, PollfdLayout.BYTES);
        memory.buffer().putInt(PollfdLayout.FD, fd);
        memory.buffer().putShort(PollfdLayout.EVENTS, (short) events);
        return memory;
    }

    /** close(2), in the middle of a probe. */
    void release() {
        if (open) {
            open = false;
            SYS.close(fd);
        }
    }

    @Override
    public void close() {
        release();
    }
}
