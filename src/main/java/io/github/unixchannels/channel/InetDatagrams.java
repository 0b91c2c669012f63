// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Readiness;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.InetAddresses;
import io.github.unixchannels.message.UnixAddresses;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Sending and receiving on a socket of UDP, by way of the thread's scratch memory. Every method is called by whoever has entered the
 * descriptor for that side.
 */
final class InetDatagrams {

    /** Nothing was there. */
    static final int UNAVAILABLE = -2;

    /** No datagram of UDP is longer. */
    private static final int MOST_BYTES = 65535;

    private final InetAssociation association;
    private final SocketDescriptor descriptor;
    private final Syscalls sys;

    private InetSocketAddress sender;

    InetDatagrams(InetAssociation association) {
        this.association = association;
        this.descriptor = association.descriptor();
        this.sys = descriptor.sys();
    }

    /** Who sent what {@link #receive} returned last. */
    InetSocketAddress sender() {
        return sender;
    }

    /**
     * Receives a datagram, of which what does not fit is gone: how many bytes, perhaps 0, or {@link #UNAVAILABLE}, if it may wait only
     * when the channel is closed meanwhile.
     *
     * @param operation what it is for, for messages
     */
    long receive(String operation, ByteBuffer[] dsts, int offset, int length, boolean blocking) throws IOException {
        for (;;) {
            long n = receiveNow(dsts, offset, length);
            if (n >= 0) {
                return n;
            }
            if (n != -Errno.EAGAIN && n != -Errno.EINTR) {
                throw ErrnoExceptions.datagram(operation, association, n);
            }
            if (!blocking || descriptor.isClosed()) {
                return UNAVAILABLE;
            }
            requireWaited(Readiness.await(descriptor, Linux.POLLIN, -1));
        }
    }

    private long receiveNow(ByteBuffer[] dsts, int offset, int length) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            ByteBuffer structs = memory.structs().buffer();
            long base = memory.structs().address();
            NativeMemory scratch = memory.scratch();
            long room = Math.min(Buffers.remaining(dsts, offset, length), MOST_BYTES);
            long n;
            do {
                structs.putInt(memory.lengthOffset(), UnixAddresses.RECEIVE_LENGTH);
                n = sys.recvfrom(
                        descriptor.fd(), scratch.address(), room, Linux.MSG_DONTWAIT,
                        base + memory.addressOffset(), base + memory.lengthOffset());
            } while (n == -Errno.EINTR && !descriptor.isClosed());
            if (n >= 0) {
                sender = InetAddresses.decode(structs, memory.addressOffset());
                Buffers.scatter(scratch.buffer(), (int) n, dsts, offset, length);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    /**
     * Sends all that the buffers have, perhaps nothing, as one datagram.
     *
     * @param to where to; null: to the peer
     * @return how many bytes, or an error number negated: {@code -EAGAIN} if it may wait only when the channel is closed meanwhile
     */
    long send(ByteBuffer[] srcs, int offset, int length, InetSocketAddress to, boolean blocking) throws IOException {
        for (;;) {
            long n = sendNow(srcs, offset, length, to);
            if (n != -Errno.EAGAIN || !blocking || descriptor.isClosed()) {
                return n;
            }
            requireWaited(association.waitForRoom());
        }
    }

    private long sendNow(ByteBuffer[] srcs, int offset, int length, InetSocketAddress to) {
        long bytes = Buffers.remaining(srcs, offset, length);
        if (bytes > MOST_BYTES) {
            return -Errno.EMSGSIZE;
        }
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch();
            Buffers.gather(srcs, offset, length, scratch.buffer());
            int flags = Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL;
            int address = memory.addressOffset();
            int addressBytes = to == null ? 0 : InetAddresses.encode(to, association.family(), memory.structs().buffer(), address);
            long n;
            do {
                n = to == null
                        ? sys.send(descriptor.fd(), scratch.address(), bytes, flags)
                        : sys.sendto(
                                descriptor.fd(), scratch.address(), bytes, flags, memory.structs().address() + address, addressBytes);
            } while (n == -Errno.EINTR && !descriptor.isClosed());
            Buffers.advance(srcs, offset, length, n);
            return n;
        } finally {
            memory.release();
        }
    }

    private void requireWaited(int result) throws IOException {
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", association, result);
        }
    }
}
