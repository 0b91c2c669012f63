// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.EpollEventLayout;
import io.github.unixchannels.sys.layout.IovecLayout;
import io.github.unixchannels.sys.layout.MmsghdrLayout;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import io.github.unixchannels.sys.layout.PollfdLayout;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The calls that are made directly or through the C library take the same arguments and return the same, every argument in its place. */
@ExtendWith(NothingLeaks.class)
class HotSyscallsTest {

    private static final int MSG_PEEK = 2;
    private static final long FOUR_GIB = 1L << 32;
    private static final int DATA = 2048;
    private static final int NAME = 1024;
    private static final int NAME_LENGTH = 1280;

    private final RawDescriptors raw = new RawDescriptors();
    private final NativeMemory memory = NativeMemory.allocate(new JffiSyscalls(), 4096);
    private final ByteBuffer buffer = memory.buffer();

    static Stream<Named<Syscalls>> ways() {
        JffiSyscalls libc = new JffiSyscalls();
        Named<Syscalls> through = Named.of("through the C library", libc);
        return HostSyscalls.choose(libc, System.getProperty("os.arch"), false) instanceof DirectSyscalls direct
                ? Stream.of(through, Named.of("directly", direct))
                : Stream.of(through);
    }

    @AfterEach
    void close() {
        raw.close();
    }

    private long at(int offset) {
        return memory.address() + offset;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sendAndRecvReturnCountsAndHeedFlags(Syscalls sys) {
        int[] pair = raw.socketPair(Linux.SOCK_SEQPACKET);
        buffer.putInt(0, 0x01020304);
        assertEquals(4, sys.send(pair[0], at(0), 4, Linux.MSG_NOSIGNAL));
        assertEquals(4, sys.recv(pair[1], at(DATA), 2, Linux.MSG_TRUNC | MSG_PEEK));
        assertEquals(4, sys.recv(pair[1], at(DATA), FOUR_GIB, Linux.MSG_DONTWAIT), "a length is of 64 bits");
        assertEquals(0x01020304, buffer.getInt(DATA));
        assertEquals(-Errno.EAGAIN, sys.recv(pair[1], at(DATA), 4, Linux.MSG_DONTWAIT));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sendtoAndRecvfromTakeNamesAsFifthAndSixth(Syscalls sys) throws Exception {
        int[] ends = {raw.socket(Linux.AF_UNIX, Linux.SOCK_DGRAM), raw.socket(Linux.AF_UNIX, Linux.SOCK_DGRAM)};
        int[] names = {nameItself(sys, ends[0], NAME), nameItself(sys, ends[1], NAME + 128)};
        buffer.putInt(0, 42);
        assertEquals(4, sys.sendto(ends[0], at(0), 4, Linux.MSG_DONTWAIT, at(NAME + 128), names[1]));
        buffer.putInt(NAME_LENGTH, 128);
        assertEquals(4, sys.recvfrom(ends[1], at(DATA), 2, Linux.MSG_TRUNC, at(DATA + 128), at(NAME_LENGTH)));
        assertEquals(names[0], buffer.getInt(NAME_LENGTH));
        assertEquals(buffer.slice(NAME, names[0]), buffer.slice(DATA + 128, names[0]));
        assertEquals(buffer.getShort(0), buffer.getShort(DATA));
        assertEquals(-Errno.EINVAL, sys.sendto(ends[0], at(0), 4, Linux.MSG_DONTWAIT, at(NAME + 128), 129), "too long a name");
        assertEquals(-Errno.EAGAIN, sys.recvfrom(ends[1], at(DATA), 2, Linux.MSG_DONTWAIT, at(DATA + 128), at(NAME_LENGTH)));
    }

    private int nameItself(Syscalls sys, int fd, int offset) {
        buffer.putShort(offset, (short) Linux.AF_UNIX);
        assertEquals(0, sys.bind(fd, at(offset), 2));
        buffer.putInt(NAME_LENGTH, 128);
        assertEquals(0, sys.getsockname(fd, at(offset), at(NAME_LENGTH)));
        return buffer.getInt(NAME_LENGTH);
    }

    private void header(int offset, int data, int lengthBytes, int index) {
        int iovec = 512 + index * IovecLayout.BYTES;
        buffer.putLong(offset + MsghdrLayout.IOV, at(iovec)).putLong(offset + MsghdrLayout.IOV_COUNT, 1);
        buffer.putLong(iovec + IovecLayout.BASE, at(data)).putLong(iovec + IovecLayout.LENGTH, lengthBytes);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sendmsgAndRecvmsgTakeHeaders(Syscalls sys) {
        int[] pair = raw.socketPair(Linux.SOCK_SEQPACKET);
        buffer.putLong(DATA, 7);
        header(0, DATA, 8, 0);
        assertEquals(8, sys.sendmsg(pair[0], at(0), Linux.MSG_NOSIGNAL));
        header(0, DATA + 8, 4, 0);
        assertEquals(8, sys.recvmsg(pair[1], at(0), Linux.MSG_TRUNC | Linux.MSG_CMSG_CLOEXEC));
        assertEquals(7, buffer.getInt(DATA + 8));
        assertTrue((buffer.getInt(MsghdrLayout.FLAGS) & Linux.MSG_TRUNC) != 0);
        assertEquals(-Errno.EAGAIN, sys.recvmsg(pair[1], at(0), Linux.MSG_DONTWAIT));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sendmmsgAndRecvmmsgTakeCounts(Syscalls sys) {
        int[] pair = raw.socketPair(Linux.SOCK_SEQPACKET);
        for (int i = 0; i < 3; i++) {
            header(i * MmsghdrLayout.BYTES, DATA + i, 1, i);
        }
        assertEquals(2, sys.sendmmsg(pair[0], at(0), 2, Linux.MSG_NOSIGNAL));
        assertEquals(2, sys.recvmmsg(pair[1], at(0), 3, Linux.MSG_DONTWAIT));
        assertEquals(1, buffer.getInt(MmsghdrLayout.BYTES + MmsghdrLayout.LENGTH));
        assertEquals(-Errno.EAGAIN, sys.recvmmsg(pair[1], at(0), 3, Linux.MSG_DONTWAIT));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void readAndWriteTakeLengths(Syscalls sys) {
        int[] pipe = raw.pipe();
        buffer.putLong(0, 9);
        assertEquals(8, sys.write(pipe[1], at(0), 8));
        assertEquals(3, sys.read(pipe[0], at(DATA), 3));
        assertEquals(5, sys.read(pipe[0], at(DATA + 3), FOUR_GIB), "a length is of 64 bits");
        assertEquals(9, buffer.getLong(DATA));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void closeFreesTheNumber(Syscalls sys) {
        int fd = raw.give(raw.eventfd());
        assertEquals(0, sys.close(fd));
        assertEquals(-Errno.EBADF, sys.fcntl(fd, Linux.F_GETFD, 0));
        assertTrue(sys.close(-1) < 0);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void accept4FillsTheNameAndHeedsFlags(Syscalls sys) throws Exception {
        int listener = raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM);
        int client = raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM);
        int length = nameItself(sys, listener, NAME);
        int own = nameItself(sys, client, NAME + 128);
        raw.listen(listener);
        assertEquals(0, sys.connect(client, at(NAME), length));
        buffer.putInt(NAME_LENGTH, 128);
        int accepted = sys.accept4(listener, at(DATA), at(NAME_LENGTH), Linux.SOCK_CLOEXEC | Linux.SOCK_NONBLOCK);
        try {
            assertEquals(own, buffer.getInt(NAME_LENGTH));
            assertEquals(buffer.slice(NAME + 128, own), buffer.slice(DATA, own));
            assertEquals(Linux.FD_CLOEXEC, sys.fcntl(accepted, Linux.F_GETFD, 0));
            assertTrue((raw.flags(accepted) & Linux.O_NONBLOCK) != 0);
        } finally {
            sys.close(accepted);
        }
        raw.setFlags(listener, Linux.O_NONBLOCK);
        assertEquals(-Errno.EAGAIN, sys.accept4(listener, 0, 0, Linux.SOCK_CLOEXEC));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void pollTakesACountAndATimeoutThatMayBeNegative(Syscalls sys) {
        int[] fds = {raw.eventfd(), raw.eventfd()};
        for (int i = 0; i < 2; i++) {
            buffer.putInt(i * PollfdLayout.BYTES + PollfdLayout.FD, fds[i]);
            buffer.putShort(i * PollfdLayout.BYTES + PollfdLayout.EVENTS, (short) Linux.POLLIN);
        }
        assertEquals(0, sys.poll(at(0), 2, 0));
        raw.signal(fds[1]);
        assertEquals(0, sys.poll(at(0), 1, 0), "the second is not looked at");
        assertEquals(1, sys.poll(at(0), 2, -1));
        assertEquals(Linux.POLLIN, buffer.getShort(PollfdLayout.BYTES + PollfdLayout.REVENTS));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void epollCtlTakesAnEventAndEpollWaitATimeoutThatMayBeNegative(Syscalls sys) {
        int epoll = sys.epollCreate1(Linux.EPOLL_CLOEXEC);
        try {
            int fd = raw.eventfd();
            buffer.putInt(EpollEventLayout.EVENTS, Linux.POLLIN).putLong(EpollEventLayout.NATIVE.data(), 0x1_0000_0005L);
            assertEquals(0, sys.epollCtl(epoll, Linux.EPOLL_CTL_ADD, fd, at(0)));
            assertEquals(-Errno.EEXIST, sys.epollCtl(epoll, Linux.EPOLL_CTL_ADD, fd, at(0)));
            assertEquals(0, sys.epollWait(epoll, at(DATA), 1, 0));
            raw.signal(fd);
            assertEquals(1, sys.epollWait(epoll, at(DATA), 1, -1));
            assertEquals(0x1_0000_0005L, buffer.getLong(DATA + EpollEventLayout.NATIVE.data()));
            assertEquals(-Errno.EINVAL, sys.epollWait(epoll, at(DATA), 0, -1));
        } finally {
            sys.close(epoll);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorIsItsNumberNegated(Syscalls sys) {
        long nowhere = 1;
        int[] pair = raw.socketPair(Linux.SOCK_STREAM);
        assertEquals(-Errno.EFAULT, sys.send(pair[0], nowhere, 1, Linux.MSG_NOSIGNAL));
        assertEquals(-Errno.EFAULT, sys.write(raw.pipe()[1], nowhere, 1));
        assertEquals(-Errno.EFAULT, sys.sendmsg(pair[0], nowhere, Linux.MSG_NOSIGNAL));
        raw.close(pair[1]);
        assertEquals(-Errno.EPIPE, sys.send(pair[0], at(0), 1, Linux.MSG_NOSIGNAL));
        assertEquals(-Errno.EPIPE, sys.sendto(pair[0], at(0), 1, Linux.MSG_NOSIGNAL, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void withoutADescriptorEveryCallIsEbadf(Syscalls sys) {
        header(0, DATA, 1, 0);
        long[] results = {
            sys.accept4(-1, 0, 0, 0), sys.send(-1, at(0), 1, 0), sys.recv(-1, at(0), 1, 0), sys.sendto(-1, at(0), 1, 0, 0, 0),
            sys.recvfrom(-1, at(0), 1, 0, 0, 0), sys.sendmsg(-1, at(0), 0), sys.recvmsg(-1, at(0), 0), sys.sendmmsg(-1, at(0), 1, 0),
            sys.recvmmsg(-1, at(0), 1, 0), sys.read(-1, at(0), 1), sys.write(-1, at(0), 1),
            sys.epollCtl(-1, Linux.EPOLL_CTL_ADD, -1, at(0)), sys.epollWait(-1, at(0), 1, 0)
        };
        for (int i = 0; i < results.length; i++) {
            assertEquals(-Errno.EBADF, results[i], "call " + i);
        }
    }
}
