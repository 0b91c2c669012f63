// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.nio.ByteBuffer;

/**
 * The seam between this library and the kernel: one method a system call, under the call's own name.
 *
 * <p>Every call returns what the system call returns when that is not negative, and otherwise the error number, negated
 * ({@code -EAGAIN}). None throws. Arguments are descriptors, flags, and addresses of native memory; a caller that passes an address keeps
 * the object that owns the memory reachable until the call returns.
 *
 * <p>Implementations are thread safe.
 */
public interface Syscalls {

    /** socket(2). */
    int socket(int domain, int type, int protocol);

    /** socketpair(2); {@code descriptors} is the address of two ints. */
    int socketpair(int domain, int type, int protocol, long descriptors);

    /** bind(2). */
    int bind(int fd, long address, int lengthBytes);

    /** listen(2). */
    int listen(int fd, int backlog);

    /** accept4(2); {@code length} is the address of an int, in and out. */
    int accept4(int fd, long address, long length, int flags);

    /** connect(2). */
    int connect(int fd, long address, int lengthBytes);

    /** shutdown(2). */
    int shutdown(int fd, int how);

    /** getsockname(2); {@code length} is the address of an int, in and out. */
    int getsockname(int fd, long address, long length);

    /** getpeername(2); {@code length} is the address of an int, in and out. */
    int getpeername(int fd, long address, long length);

    /** getsockopt(2); {@code length} is the address of an int, in and out. */
    int getsockopt(int fd, int level, int name, long value, long length);

    /** setsockopt(2). */
    int setsockopt(int fd, int level, int name, long value, int lengthBytes);

    /** send(2). */
    long send(int fd, long buffer, long lengthBytes, int flags);

    /** recv(2). */
    long recv(int fd, long buffer, long lengthBytes, int flags);

    /** sendto(2). */
    long sendto(int fd, long buffer, long lengthBytes, int flags, long address, int addressBytes);

    /** recvfrom(2); {@code addressLength} is the address of an int, in and out. */
    long recvfrom(int fd, long buffer, long lengthBytes, int flags, long address, long addressLength);

    /** sendmsg(2). */
    long sendmsg(int fd, long message, int flags);

    /** recvmsg(2). */
    long recvmsg(int fd, long message, int flags);

    /** sendmmsg(2) of {@code count} messages from the {@code mmsghdr} at {@code messages} on. Returns how many were sent. */
    int sendmmsg(int fd, long messages, int count, int flags);

    /** recvmmsg(2), without a timeout, of {@code count} messages at most. Returns how many were received. */
    int recvmmsg(int fd, long messages, int count, int flags);

    /**
     * close(2); -EIO where the error number is not known. Never called twice for one descriptor, also if it fails: on Linux the number
     * is free again even after an error.
     */
    int close(int fd);

    /** dup3(2). */
    int dup3(int fd, int newFd, int flags);

    /** open(2); {@code path} is the address of a name that ends with a NUL. */
    int open(long path, int flags, int mode);

    /** openat(2); {@code name} is the address of a name that ends with a NUL. */
    int openat(int folder, long name, int flags, int mode);

    /** mkdir(2); {@code path} is the address of a name that ends with a NUL. */
    int mkdir(long path, int mode);

    /** unlinkat(2); {@code name} is the address of a name that ends with a NUL. */
    int unlinkat(int folder, long name, int flags);

    /** fchmod(2). */
    int fchmod(int fd, int mode);

    /** chmod(2); {@code path} is the address of a name that ends with a NUL. */
    int chmod(long path, int mode);

    /** fchmodat2(2) of a descriptor, which may be O_PATH: with AT_EMPTY_PATH. Linux 6.6. */
    int fchmodat2(int fd, int mode);

    /** fchownat(2) of a descriptor, which may be O_PATH: with AT_EMPTY_PATH. -1 changes nothing. */
    int fchownat(int fd, int uid, int gid);

    /** flock(2). */
    int flock(int fd, int operation);

    /** memfd_create(2); {@code name} is the address of a name that ends with a NUL. */
    int memfdCreate(long name, int flags);

    /** ftruncate(2). */
    int ftruncate(int fd, long lengthBytes);

    /** pipe2(2); {@code descriptors} is the address of two ints. */
    int pipe2(long descriptors, int flags);

    /** statx(2) of a descriptor: with AT_EMPTY_PATH and all basic fields into {@code result}, which has room for 256 bytes. */
    int statx(int fd, long result);

    /** geteuid(2), unsigned. */
    int geteuid();

    /** getegid(2), unsigned. */
    int getegid();

    /** fcntl(2) with an integer argument. */
    int fcntl(int fd, int command, int argument);

    /** ioctl(2) with a pointer argument. */
    int ioctl(int fd, long request, long argument);

    /** poll(2); a negative timeout waits for ever. */
    int poll(long pollfds, int count, int timeoutMillis);

    /** eventfd(2). */
    int eventfd(int initial, int flags);

    /** read(2). */
    long read(int fd, long buffer, long lengthBytes);

    /** write(2). */
    long write(int fd, long buffer, long lengthBytes);

    /** epoll_create1(2). */
    int epollCreate1(int flags);

    /** epoll_ctl(2). */
    int epollCtl(int epoll, int operation, int fd, long event);

    /** epoll_wait(2); a negative timeout waits for ever. */
    int epollWait(int epoll, long events, int count, int timeoutMillis);

    /** getpwuid_r(3); {@code result} is the address of a pointer. Returns 0, or the error number negated. */
    int getpwuidR(int uid, long passwd, long strings, long stringsBytes, long result);

    /** getgrgid_r(3); {@code result} is the address of a pointer. Returns 0, or the error number negated. */
    int getgrgidR(int gid, long group, long strings, long stringsBytes, long result);

    /**
     * getgrnam_r(3); {@code name} is the address of a name that ends with a NUL, {@code result} that of a pointer. Returns 0, or the error
     * number negated.
     */
    int getgrnamR(long name, long group, long strings, long stringsBytes, long result);

    /**
     * mmap(2) of private anonymous memory, readable and writable. Pages that are never touched cost nothing. Returns the address,
     * or the error number negated.
     */
    long mapAnonymous(long lengthBytes);

    /** madvise(2). */
    int madvise(long address, long lengthBytes, int advice);

    /** munmap(2). */
    int munmap(long address, long lengthBytes);

    /** The address of a direct buffer's first byte (index 0, not its position). */
    long addressOf(ByteBuffer direct);

    /** A direct buffer, in native byte order, over memory that somebody else owns. */
    ByteBuffer view(long address, int lengthBytes);
}
