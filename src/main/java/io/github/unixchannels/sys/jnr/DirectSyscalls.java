// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

/**
 * The system calls of the running kernel on x86-64: those that programs make for every message, directly, and the others through the C
 * library. Only if {@link SyscallStubs#bind} returned true.
 */
final class DirectSyscalls extends JffiSyscalls {

    // arch/x86/entry/syscalls/syscall_64.tbl; the numbers that the C library's functions of these names use too.
    static final int CLOSE = 3;
    static final int SENDTO = 44;
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int POLL = 7;
    private static final int RECVFROM = 45;
    private static final int SENDMSG = 46;
    private static final int RECVMSG = 47;
    private static final int EPOLL_WAIT = 232;
    private static final int EPOLL_CTL = 233;
    private static final int ACCEPT4 = 288;
    private static final int RECVMMSG = 299;
    private static final int SENDMMSG = 307;

    DirectSyscalls() {}

    @Override
    public int accept4(int fd, long address, long length, int flags) {
        return (int) SyscallStubs.call(ACCEPT4, fd, address, length, flags, 0, 0);
    }

    @Override
    public long send(int fd, long buffer, long lengthBytes, int flags) {
        return SyscallStubs.call(SENDTO, fd, buffer, lengthBytes, flags, 0, 0);
    }

    @Override
    public long recv(int fd, long buffer, long lengthBytes, int flags) {
        return SyscallStubs.call(RECVFROM, fd, buffer, lengthBytes, flags, 0, 0);
    }

    @Override
    public long sendto(int fd, long buffer, long lengthBytes, int flags, long address, int addressBytes) {
        return SyscallStubs.call(SENDTO, fd, buffer, lengthBytes, flags, address, addressBytes);
    }

    @Override
    public long recvfrom(int fd, long buffer, long lengthBytes, int flags, long address, long addressLength) {
        return SyscallStubs.call(RECVFROM, fd, buffer, lengthBytes, flags, address, addressLength);
    }

    @Override
    public long sendmsg(int fd, long message, int flags) {
        return SyscallStubs.call(SENDMSG, fd, message, flags);
    }

    @Override
    public long recvmsg(int fd, long message, int flags) {
        return SyscallStubs.call(RECVMSG, fd, message, flags);
    }

    @Override
    public int sendmmsg(int fd, long messages, int count, int flags) {
        return (int) SyscallStubs.call(SENDMMSG, fd, messages, count, flags, 0, 0);
    }

    @Override
    public int recvmmsg(int fd, long messages, int count, int flags) {
        return (int) SyscallStubs.call(RECVMMSG, fd, messages, count, flags, 0, 0);
    }

    @Override
    public int close(int fd) {
        return (int) SyscallStubs.call(CLOSE, fd, 0, 0);
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        return (int) SyscallStubs.call(POLL, pollfds, count, timeoutMillis);
    }

    @Override
    public long read(int fd, long buffer, long lengthBytes) {
        return SyscallStubs.call(READ, fd, buffer, lengthBytes);
    }

    @Override
    public long write(int fd, long buffer, long lengthBytes) {
        return SyscallStubs.call(WRITE, fd, buffer, lengthBytes);
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, long event) {
        return (int) SyscallStubs.call(EPOLL_CTL, epoll, operation, fd, event, 0, 0);
    }

    @Override
    public int epollWait(int epoll, long events, int count, int timeoutMillis) {
        return (int) SyscallStubs.call(EPOLL_WAIT, epoll, events, count, timeoutMillis, 0, 0);
    }
}
