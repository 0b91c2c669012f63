// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

/**
 * Constants of the Linux system calls, under their own names. All are the same on x86-64 and aarch64.
 *
 * <p>Sources: {@code include/linux/socket.h}, {@code include/uapi/asm-generic/socket.h}, {@code include/uapi/linux/eventpoll.h},
 * {@code include/uapi/asm-generic/fcntl.h}.
 */
public final class Linux {

    public static final int AF_UNSPEC = 0;
    public static final int AF_UNIX = 1;

    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_SEQPACKET = 5;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int SOCK_CLOEXEC = 0x80000;

    public static final int SHUT_RD = 0;
    public static final int SHUT_WR = 1;
    public static final int SHUT_RDWR = 2;

    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_NOSIGNAL = 0x4000;

    public static final int SOL_SOCKET = 1;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_LINGER = 13;
    public static final int SO_PEERCRED = 17;

    /** ioctl(2): bytes that wait to be received; on SEQPACKET the sum over the queue. */
    public static final int FIONREAD = 0x541B;

    public static final int F_SETFL = 4;
    public static final int O_RDWR = 2;

    public static final int POLLIN = 0x1;
    public static final int POLLOUT = 0x4;
    public static final int POLLERR = 0x8;
    public static final int POLLHUP = 0x10;
    public static final int POLLRDHUP = 0x2000;

    public static final int EPOLL_CLOEXEC = 0x80000;
    public static final int EPOLL_CTL_ADD = 1;
    public static final int EPOLL_CTL_DEL = 2;
    public static final int EPOLL_CTL_MOD = 3;
    public static final int EPOLLONESHOT = 1 << 30;

    public static final int EFD_NONBLOCK = 0x800;
    public static final int EFD_CLOEXEC = 0x80000;

    /** The most segments that one sendmsg(2) or recvmsg(2) takes; more is EMSGSIZE (UIO_MAXIOV). */
    public static final int IOV_MAX = 1024;

    private Linux() {}
}
