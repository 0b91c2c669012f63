// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.socket.UdpEndpoint;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Sending and receiving on a socket of UDP, by way of the thread's scratch memory. Every method is called by whoever has entered the
 * descriptor for that side.
 */
public final class UdpTransfer {

    /** Nothing was there. */
    public static final int UNAVAILABLE = -2;

    /** No datagram of UDP is longer. */
    private static final int MOST_BYTES = 65535;

    private final UdpEndpoint association;
    private final SocketDescriptor descriptor;
    private final Syscalls sys;

    private final BufferVector dsts;
    private final BufferVector srcs;

    private SocketAddress sender;

    public UdpTransfer(UdpEndpoint association) {
        this.association = association;
        this.descriptor = association.descriptor();
        this.sys = descriptor.sys();
        this.dsts = new BufferVector(association);
        this.srcs = new BufferVector(association);
    }

    /** The buffers of the receive in progress. */
    public BufferVector dsts() {
        return dsts;
    }

    /** The buffers of the send in progress. */
    public BufferVector srcs() {
        return srcs;
    }

    /** Who sent what {@link #receive} returned last. */
    public SocketAddress sender() {
        return sender;
    }

    /**
     * Receives a datagram, of which what does not fit is gone: how many bytes, perhaps 0, or {@link #UNAVAILABLE}, if it may wait only
     * when the channel is closed meanwhile.
     *
     * @param operation what it is for, for messages
     */
    public long receive(String operation, boolean blocking) throws IOException {
        for (;;) {
            long n = receiveNow(operation);
            if (n >= 0) {
                return n;
            }
            if (n != -Errno.EAGAIN && n != -Errno.EINTR) {
                throw ErrnoExceptions.datagram(operation, association, n);
            }
            if (!blocking || descriptor.isClosed()) {
                return UNAVAILABLE;
            }
            requireWaited(Waiting.await(descriptor, Linux.POLLIN, -1));
        }
    }

    private long receiveNow(String operation) throws IOException {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            ByteBuffer structs = memory.structs().buffer();
            long base = memory.structs().address();
            int room = (int) Math.min(dsts.remaining(), MOST_BYTES);
            NativeMemory scratch = memory.scratch(room);
            long n;
            do {
                structs.putInt(memory.lengthOffset(), UnixAddresses.RECEIVE_LENGTH);
                n = sys.recvfrom(
                        descriptor.fd(), scratch.address(), room, Linux.MSG_DONTWAIT,
                        base + memory.addressOffset(), base + memory.lengthOffset());
            } while (n == -Errno.EINTR && !descriptor.isClosed());
            if (n >= 0) {
                sender = association.family().decode(structs, memory.addressOffset(), 0);
                dsts.scatter(scratch.buffer(), 0, (int) n, operation);
            }
            return n;
        } finally {
            memory.release();
        }
    }

    /**
     * Sends all that the buffers have, which may be nothing, as one datagram.
     *
     * @param operation what it is for, for messages
     * @param to where to; null: to the peer
     * @return how many bytes, or an error number negated: {@code -EAGAIN} if it may wait only when the channel is closed meanwhile
     */
    public long send(String operation, SocketAddress to, boolean blocking) throws IOException {
        for (;;) {
            long n = sendNow(operation, to);
            if (n != -Errno.EAGAIN || !blocking || descriptor.isClosed()) {
                return n;
            }
            requireWaited(association.waitForRoom());
        }
    }

    private long sendNow(String operation, SocketAddress to) throws IOException {
        long bytes = srcs.remaining();
        if (bytes > MOST_BYTES) {
            return -Errno.EMSGSIZE;
        }
        CallMemory memory = CallMemory.acquire(sys);
        try {
            NativeMemory scratch = memory.scratch((int) bytes);
            srcs.gather(scratch.buffer(), 0, (int) bytes, operation);
            int flags = Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL;
            int address = memory.addressOffset();
            int addressBytes = to == null ? 0 : association.family().encode(to, memory.structs().buffer(), address);
            long n;
            do {
                n = to == null
                        ? sys.send(descriptor.fd(), scratch.address(), bytes, flags)
                        : sys.sendto(
                                descriptor.fd(), scratch.address(), bytes, flags, memory.structs().address() + address, addressBytes);
            } while (n == -Errno.EINTR && !descriptor.isClosed());
            return srcs.advance(n);
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
