// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.descriptor.OwnedNumbers;
import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.socket.SocketQueries;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.charset.StandardCharsets;

/** The socket of AF_UNIX that descriptor 0 was when the process was started, by inetd or systemd. */
public final class InheritedSocket {

    private static final int STANDARD_INPUT = 0;
    private static final int STANDARD_ERROR = 2;

    private static final byte[] NOWHERE = "/dev/null".getBytes(StandardCharsets.US_ASCII);

    /** Guarded by this class. Null until there is one. */
    private static Channel channel;

    private InheritedSocket() {}

    /**
     * The channel of the socket, always the same.
     *
     * @return a {@link java.nio.channels.SocketChannel}, {@link java.nio.channels.ServerSocketChannel} or
     *     {@link java.nio.channels.DatagramChannel} of this library; null if descriptor 0 is no socket of AF_UNIX, or has an owner
     * @throws IOException if the kernel has no descriptor left
     */
    public static synchronized Channel channel(FdFactory factory) throws IOException {
        if (channel == null && isInherited(factory.sys())) {
            channel = open(factory, factory.sys());
        }
        return channel;
    }

    /** Whether an {@link OwnedFd} owns descriptor 0. */
    public static boolean isAdopted() {
        return OwnedNumbers.isOwned(STANDARD_INPUT);
    }

    private static boolean isInherited(Syscalls sys) {
        return !isAdopted() && SocketQueries.option(STANDARD_INPUT, Linux.SO_DOMAIN, sys) == Linux.AF_UNIX;
    }

    private static Channel open(FdFactory factory, Syscalls sys) throws IOException {
        int fd = sys.fcntl(STANDARD_INPUT, Linux.F_DUPFD_CLOEXEC, STANDARD_ERROR + 1);
        OwnedFd socket = factory.own(ChannelDescriptors.requireDuplicate(fd, STANDARD_INPUT), "inherited");
        Channel opened = null;
        try {
            opened = open(socket, SocketQueries.hasPeer(fd, sys));
        } finally {
            if (opened == null) {
                socket.close();
            }
        }
        detachStreams(fd, sys);
        return opened;
    }

    private static Channel open(OwnedFd socket, boolean connected) throws IOException {
        return switch (socket.kind()) {
            case DATAGRAM_SOCKET -> socket.toDatagramChannel();
            case STREAM_SOCKET, SEQPACKET_SOCKET -> connected ? socket.toSocketChannel() : socket.toServerSocketChannel();
            default -> socket.toServerSocketChannel();
        };
    }

    /** Of the standard streams, those that are the socket lead nowhere from now on: so that the channel's close is the end. */
    private static void detachStreams(int socket, Syscalls sys) {
        long inode = ProcessDescriptors.inode(socket, sys);
        int nowhere = PathArguments.open(sys, NOWHERE, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        if (nowhere < 0) {
            return; // not in a bare chroot; the peer sees the end once the process ends
        }
        for (int stream = STANDARD_INPUT; stream <= STANDARD_ERROR; stream++) {
            if (inode >= 0 && ProcessDescriptors.inode(stream, sys) == inode && SocketQueries.isSocket(stream, sys)) {
                sys.dup3(nowhere, stream, 0);
            }
        }
        sys.close(nowhere);
    }
}
