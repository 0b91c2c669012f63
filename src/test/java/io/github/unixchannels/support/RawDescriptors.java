// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.address.InetAddresses;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.Closeable;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Bare descriptors, as they come from elsewhere, and what can be done with them. Those that nobody took over are closed with this. */
public final class RawDescriptors implements Closeable {

    private static final int SIOCOUTQ = 0x5411;
    private static final int MEMORY_BYTES = 64 << 10;

    private final Syscalls sys = HostSyscalls.get();
    private final NativeMemory memory = NativeMemory.allocate(sys, MEMORY_BYTES);
    private final List<Integer> owned = new ArrayList<>();

    private int own(long result) {
        owned.add((int) checked(result));
        return (int) result;
    }

    private static long checked(long result) {
        if (result < 0) {
            throw new AssertionError("errno " + -result);
        }
        return result;
    }

    /** Somebody else owns it now. */
    public int give(int fd) {
        owned.remove((Integer) fd);
        return fd;
    }

    /** Closes one before the others. */
    public void close(int fd) {
        checked(sys.close(give(fd)));
    }

    public int socket(int domain, int type) {
        return own(sys.socket(domain, type | Linux.SOCK_CLOEXEC, 0));
    }

    public int[] socketPair(int type) {
        checked(sys.socketpair(Linux.AF_UNIX, type | Linux.SOCK_CLOEXEC, 0, memory.address()));
        return new int[] {own(memory.buffer().getInt(0)), own(memory.buffer().getInt(Integer.BYTES))};
    }

    /** The end to read from, and the end to write to. */
    public int[] pipe() {
        checked(sys.pipe2(memory.address(), Linux.O_CLOEXEC));
        return new int[] {own(memory.buffer().getInt(0)), own(memory.buffer().getInt(Integer.BYTES))};
    }

    public int eventfd() {
        return own(sys.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK));
    }

    public int duplicate(int fd) {
        return own(sys.fcntl(fd, Linux.F_DUPFD_CLOEXEC, 0));
    }

    /** Of a channel of this library. */
    public int duplicateOf(Channel channel) {
        return duplicate(((EpollChannel) channel).selectable().descriptor().fd());
    }

    public int flags(int fd) {
        return (int) checked(sys.fcntl(fd, Linux.F_GETFL, 0));
    }

    public void setFlags(int fd, int flags) {
        checked(sys.fcntl(fd, Linux.F_SETFL, flags));
    }

    public int bind(int fd, SocketAddress address) throws SocketException {
        checked(sys.bind(fd, memory.address(), encode(address)));
        return fd;
    }

    public int listen(int fd) {
        checked(sys.listen(fd, 5));
        return fd;
    }

    /** Waits if it must; 0, or an error number negated. */
    public int connect(int fd, SocketAddress address) throws SocketException {
        return sys.connect(fd, memory.address(), encode(address));
    }

    private int encode(SocketAddress address) throws SocketException {
        if (address instanceof InetSocketAddress inet) {
            boolean six = inet.getAddress() instanceof java.net.Inet6Address;
            return InetAddresses.encode(inet, six ? Linux.AF_INET6 : Linux.AF_INET, memory.buffer(), 0);
        }
        return UnixAddresses.encode(address, memory.buffer(), 0);
    }

    /** getsockname(2) of TCP or UDP. */
    public InetSocketAddress inetName(int fd) {
        memory.buffer().putInt(1024, 128);
        checked(sys.getsockname(fd, memory.address(), memory.address() + 1024));
        return InetAddresses.decode(memory.buffer(), 0);
    }

    /** accept4(2): the descriptor, or an error number negated. */
    public int accept(int fd) {
        int accepted = sys.accept4(fd, 0, 0, Linux.SOCK_CLOEXEC);
        return accepted < 0 ? accepted : own(accepted);
    }

    /** Sends all of a text, without waiting. */
    public void send(int fd, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        memory.buffer().put(0, bytes);
        assertEquals(bytes.length, sys.send(fd, memory.address(), bytes.length, Linux.MSG_NOSIGNAL | Linux.MSG_DONTWAIT));
    }

    /** How many bytes wait to be received: tcp(7). */
    public int unreceived(int fd) {
        return count(fd, Linux.FIONREAD);
    }

    /** How many bytes were sent, or are to be, that the peer's kernel has not acknowledged: tcp(7). */
    public int unacknowledged(int fd) {
        return count(fd, SIOCOUTQ);
    }

    private int count(int fd, int request) {
        checked(sys.ioctl(fd, request, memory.address()));
        return memory.buffer().getInt(0);
    }

    /** recv(2) that does not wait: how many bytes, or an error number negated. */
    public long receive(int fd) {
        return sys.recv(fd, memory.address(), MEMORY_BYTES, Linux.MSG_DONTWAIT);
    }

    /** recv(2) that may wait. */
    public long receiveWaiting(int fd) {
        return sys.recv(fd, memory.address(), MEMORY_BYTES, 0);
    }

    /** read(2), which waits unless O_NONBLOCK: how many bytes, or an error number negated. */
    public long read(int fd) {
        return sys.read(fd, memory.address(), MEMORY_BYTES);
    }

    /** The text of so many bytes that were received last. */
    public String text(long lengthBytes) {
        byte[] bytes = new byte[(int) checked(lengthBytes)];
        memory.buffer().get(0, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** write(2) of a text. */
    public void write(int fd, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        memory.buffer().put(0, bytes);
        assertEquals(bytes.length, sys.write(fd, memory.address(), bytes.length));
    }

    /** write(2) of 8 bytes, what an eventfd takes. */
    public void signal(int eventfd) {
        memory.buffer().putLong(0, 1);
        assertEquals(Long.BYTES, sys.write(eventfd, memory.address(), Long.BYTES));
    }

    @Override
    public void close() {
        for (int fd : owned) {
            sys.close(fd);
        }
    }
}
