// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import io.github.unixchannels.sys.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The system calls of the running kernel, through the C library. Final but for {@link DirectSyscalls}. */
class JffiSyscalls implements Syscalls {

    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int PROT_READ_EXEC = 1 | 4;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x2 | 0x20;

    private static final Type INT = Type.SINT32;
    private static final Type LONG = Type.SINT64;
    private static final Type PTR = Type.POINTER;

    private static final LibcFunction SOCKET = new LibcFunction("socket", INT, INT, INT, INT);
    private static final LibcFunction SOCKETPAIR = new LibcFunction("socketpair", INT, INT, INT, INT, PTR);
    private static final LibcFunction BIND = new LibcFunction("bind", INT, INT, PTR, INT);
    private static final LibcFunction LISTEN = new LibcFunction("listen", INT, INT, INT);
    private static final LibcFunction CONNECT = new LibcFunction("connect", INT, INT, PTR, INT);
    private static final LibcFunction SHUTDOWN = new LibcFunction("shutdown", INT, INT, INT);
    private static final LibcFunction GETSOCKNAME = new LibcFunction("getsockname", INT, INT, PTR, PTR);
    private static final LibcFunction GETPEERNAME = new LibcFunction("getpeername", INT, INT, PTR, PTR);
    private static final LibcFunction GETSOCKOPT = new LibcFunction("getsockopt", INT, INT, INT, INT, PTR, PTR);
    private static final LibcFunction SETSOCKOPT = new LibcFunction("setsockopt", INT, INT, INT, INT, PTR, INT);
    private static final LibcFunction FCNTL = new LibcFunction("fcntl", INT, INT, INT, INT);
    private static final LibcFunction IOCTL = new LibcFunction("ioctl", INT, INT, LONG, PTR);
    private static final LibcFunction EVENTFD = new LibcFunction("eventfd", INT, INT, INT);
    private static final LibcFunction EPOLL_CREATE1 = new LibcFunction("epoll_create1", INT, INT);
    private static final LibcFunction GETPWUID_R = new LibcFunction("getpwuid_r", INT, INT, PTR, PTR, LONG, PTR);
    private static final LibcFunction GETGRGID_R = new LibcFunction("getgrgid_r", INT, INT, PTR, PTR, LONG, PTR);
    private static final LibcFunction MMAP = new LibcFunction("mmap", LONG, LONG, LONG, INT, INT, INT, LONG);
    private static final LibcFunction MADVISE = new LibcFunction("madvise", INT, LONG, LONG, INT);
    private static final LibcFunction MUNMAP = new LibcFunction("munmap", INT, LONG, LONG);

    /** What {@link DirectSyscalls} does without the C library: not bound where that stands in. */
    private static final class Hot {
        static final LibcFunction ACCEPT4 = new LibcFunction("accept4", INT, INT, PTR, PTR, INT);
        static final LibcFunction SEND = new LibcFunction("send", LONG, INT, PTR, LONG, INT);
        static final LibcFunction RECV = new LibcFunction("recv", LONG, INT, PTR, LONG, INT);
        static final LibcFunction SENDTO = new LibcFunction("sendto", LONG, INT, PTR, LONG, INT, PTR, INT);
        static final LibcFunction RECVFROM = new LibcFunction("recvfrom", LONG, INT, PTR, LONG, INT, PTR, PTR);
        static final LibcFunction SENDMSG = new LibcFunction("sendmsg", LONG, INT, PTR, INT);
        static final LibcFunction RECVMSG = new LibcFunction("recvmsg", LONG, INT, PTR, INT);
        static final LibcFunction CLOSE = new LibcFunction("close", INT, INT);
        static final LibcFunction POLL = new LibcFunction("poll", INT, PTR, LONG, INT);
        static final LibcFunction READ = new LibcFunction("read", LONG, INT, PTR, LONG);
        static final LibcFunction WRITE = new LibcFunction("write", LONG, INT, PTR, LONG);
        static final LibcFunction EPOLL_CTL = new LibcFunction("epoll_ctl", INT, INT, INT, INT, PTR);
        static final LibcFunction EPOLL_WAIT = new LibcFunction("epoll_wait", INT, INT, PTR, INT, INT);
    }

    /** What most programs never call: bound when first called. */
    private static final class Rare {
        static final LibcFunction SENDMMSG = new LibcFunction("sendmmsg", INT, INT, PTR, INT, INT);
        static final LibcFunction RECVMMSG = new LibcFunction("recvmmsg", INT, INT, PTR, INT, INT, PTR);
        static final LibcFunction DUP3 = new LibcFunction("dup3", INT, INT, INT, INT);
        static final LibcFunction OPEN = new LibcFunction("open", INT, PTR, INT, INT);
        static final LibcFunction FTRUNCATE = new LibcFunction("ftruncate", INT, INT, LONG);
        static final LibcFunction PIPE2 = new LibcFunction("pipe2", INT, PTR, INT);
        static final LibcFunction GETEUID = new LibcFunction("geteuid", INT);
        static final LibcFunction GETEGID = new LibcFunction("getegid", INT);
    }

    private static final MemoryIO MEMORY = MemoryIO.getInstance();

    JffiSyscalls() {}

    @Override
    public int socket(int domain, int type, int protocol) {
        return (int) SOCKET.call(domain, type, protocol);
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long descriptors) {
        return (int) SOCKETPAIR.call(domain, type, protocol, descriptors);
    }

    @Override
    public int bind(int fd, long address, int lengthBytes) {
        return (int) BIND.call(fd, address, lengthBytes);
    }

    @Override
    public int listen(int fd, int backlog) {
        return (int) LISTEN.call(fd, backlog);
    }

    @Override
    public int accept4(int fd, long address, long length, int flags) {
        return (int) Hot.ACCEPT4.call(fd, address, length, flags);
    }

    @Override
    public int connect(int fd, long address, int lengthBytes) {
        return (int) CONNECT.call(fd, address, lengthBytes);
    }

    @Override
    public int shutdown(int fd, int how) {
        return (int) SHUTDOWN.call(fd, how);
    }

    @Override
    public int getsockname(int fd, long address, long length) {
        return (int) GETSOCKNAME.call(fd, address, length);
    }

    @Override
    public int getpeername(int fd, long address, long length) {
        return (int) GETPEERNAME.call(fd, address, length);
    }

    @Override
    public int getsockopt(int fd, int level, int name, long value, long length) {
        return (int) GETSOCKOPT.call(fd, level, name, value, length);
    }

    @Override
    public int setsockopt(int fd, int level, int name, long value, int lengthBytes) {
        return (int) SETSOCKOPT.call(fd, level, name, value, lengthBytes);
    }

    @Override
    public long send(int fd, long buffer, long lengthBytes, int flags) {
        return Hot.SEND.call(fd, buffer, lengthBytes, flags);
    }

    @Override
    public long recv(int fd, long buffer, long lengthBytes, int flags) {
        return Hot.RECV.call(fd, buffer, lengthBytes, flags);
    }

    @Override
    public long sendto(int fd, long buffer, long lengthBytes, int flags, long address, int addressBytes) {
        return Hot.SENDTO.call(fd, buffer, lengthBytes, flags, address, addressBytes);
    }

    @Override
    public long recvfrom(int fd, long buffer, long lengthBytes, int flags, long address, long addressLength) {
        return Hot.RECVFROM.call(fd, buffer, lengthBytes, flags, address, addressLength);
    }

    @Override
    public long sendmsg(int fd, long message, int flags) {
        return Hot.SENDMSG.call(fd, message, flags);
    }

    @Override
    public long recvmsg(int fd, long message, int flags) {
        return Hot.RECVMSG.call(fd, message, flags);
    }

    @Override
    public int sendmmsg(int fd, long messages, int count, int flags) {
        return (int) Rare.SENDMMSG.call(fd, messages, count, flags);
    }

    @Override
    public int recvmmsg(int fd, long messages, int count, int flags) {
        return (int) Rare.RECVMMSG.call(fd, messages, count, flags, 0);
    }

    @Override
    public int close(int fd) {
        return Hot.CLOSE.callWithoutErrno(fd);
    }

    @Override
    public int dup3(int fd, int newFd, int flags) {
        return (int) Rare.DUP3.call(fd, newFd, flags);
    }

    @Override
    public int open(long path, int flags, int mode) {
        return (int) Rare.OPEN.call(path, flags, mode);
    }

    @Override
    public int openat(int folder, long name, int flags, int mode) {
        return FileCalls.openat(folder, name, flags, mode);
    }

    @Override
    public int mkdir(long path, int mode) {
        return FileCalls.mkdir(path, mode);
    }

    @Override
    public int unlinkat(int folder, long name, int flags) {
        return FileCalls.unlinkat(folder, name, flags);
    }

    @Override
    public int fchmod(int fd, int mode) {
        return FileCalls.fchmod(fd, mode);
    }

    @Override
    public int chmod(long path, int mode) {
        return FileCalls.chmod(path, mode);
    }

    @Override
    public int fchmodat2(int fd, int mode) {
        return FileCalls.fchmodat2(fd, mode);
    }

    @Override
    public int fchownat(int fd, int uid, int gid) {
        return FileCalls.fchownat(fd, uid, gid);
    }

    @Override
    public int flock(int fd, int operation) {
        return FileCalls.flock(fd, operation);
    }

    @Override
    public int memfdCreate(long name, int flags) {
        return LateCalls.memfdCreate(name, flags);
    }

    @Override
    public int ftruncate(int fd, long lengthBytes) {
        return (int) Rare.FTRUNCATE.call(fd, lengthBytes);
    }

    @Override
    public int pipe2(long descriptors, int flags) {
        return (int) Rare.PIPE2.call(descriptors, flags);
    }

    @Override
    public int statx(int fd, long result) {
        return LateCalls.statx(fd, result);
    }

    @Override
    public int geteuid() {
        return (int) Rare.GETEUID.callUnchecked();
    }

    @Override
    public int getegid() {
        return (int) Rare.GETEGID.callUnchecked();
    }

    @Override
    public int fcntl(int fd, int command, int argument) {
        return (int) FCNTL.call(fd, command, argument);
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return (int) IOCTL.call(fd, request, argument);
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        return (int) Hot.POLL.call(pollfds, count, timeoutMillis);
    }

    @Override
    public int eventfd(int initial, int flags) {
        return (int) EVENTFD.call(initial, flags);
    }

    @Override
    public long read(int fd, long buffer, long lengthBytes) {
        return Hot.READ.call(fd, buffer, lengthBytes);
    }

    @Override
    public long write(int fd, long buffer, long lengthBytes) {
        return Hot.WRITE.call(fd, buffer, lengthBytes);
    }

    @Override
    public int epollCreate1(int flags) {
        return (int) EPOLL_CREATE1.call(flags);
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, long event) {
        return (int) Hot.EPOLL_CTL.call(epoll, operation, fd, event);
    }

    @Override
    public int epollWait(int epoll, long events, int count, int timeoutMillis) {
        return (int) Hot.EPOLL_WAIT.call(epoll, events, count, timeoutMillis);
    }

    @Override
    public int getpwuidR(int uid, long passwd, long strings, long stringsBytes, long result) {
        return (int) -GETPWUID_R.callUnchecked(uid, passwd, strings, stringsBytes, result);
    }

    @Override
    public int getgrgidR(int gid, long group, long strings, long stringsBytes, long result) {
        return (int) -GETGRGID_R.callUnchecked(gid, group, strings, stringsBytes, result);
    }

    @Override
    public int getgrnamR(long name, long group, long strings, long stringsBytes, long result) {
        return FileCalls.getgrnamR(name, group, strings, stringsBytes, result);
    }

    @Override
    public long mapAnonymous(long lengthBytes) {
        long address = MMAP.callUnchecked(0, lengthBytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        return address == -1 ? -LibcFunction.lastError() : address;
    }

    @Override
    public int madvise(long address, long lengthBytes, int advice) {
        return (int) MADVISE.call(address, lengthBytes, advice);
    }

    @Override
    public int munmap(long address, long lengthBytes) {
        return (int) MUNMAP.call(address, lengthBytes);
    }

    /** mprotect(2): the memory becomes readable and executable, and is no longer writable. jffi's own would not tell that it failed. */
    int makeExecutable(long address, long lengthBytes) {
        return (int) new LibcFunction("mprotect", INT, LONG, LONG, INT).call(address, lengthBytes, PROT_READ_EXEC);
    }

    @Override
    public long addressOf(ByteBuffer direct) {
        return MEMORY.getDirectBufferAddress(direct);
    }

    @Override
    public ByteBuffer view(long address, int lengthBytes) {
        return MEMORY.newDirectByteBuffer(address, lengthBytes).order(ByteOrder.nativeOrder());
    }
}
