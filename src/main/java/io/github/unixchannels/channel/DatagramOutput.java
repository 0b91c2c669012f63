// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.Readiness;
import io.github.unixchannels.message.AddressTable;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** Sends of SOCK_DGRAM, to the peer (then it is {@link MessageOutput}'s write) or to a target that is named. */
final class DatagramOutput extends MessageOutput {

    private final Association association;
    private final AddressTable targets = new AddressTable();

    /** Where the last send was to, or the one in progress; null: to the peer. */
    private SocketAddress target;

    DatagramOutput(Association association) {
        super(association);
        this.association = association;
    }

    /**
     * Sends all that the buffer has, perhaps nothing, as one datagram, if there is room for it now.
     *
     * @param to where to; null: to the peer
     * @return how many bytes, or an error number negated
     */
    long send(ByteBuffer src, SocketAddress to) throws IOException {
        aim(to);
        return write(src, Linux.MSG_DONTWAIT);
    }

    @Override
    long write(ByteBuffer[] srcs, int offset, int length, int flags) throws IOException {
        aim(null); // a gathering write is to the peer
        return super.write(srcs, offset, length, flags);
    }

    private void aim(SocketAddress to) {
        if (target != to) { // a store of a reference costs more than the look
            target = to;
        }
    }

    /** As {@link #send(ByteBuffer, SocketAddress)}, but waits for room; {@code -EAGAIN} only if the channel is closed meanwhile. */
    long sendWaiting(ByteBuffer src, SocketAddress to) throws IOException {
        Backoff backoff = null;
        for (;;) {
            long n = send(src, to);
            if (n != -Errno.EAGAIN) {
                return n;
            }
            if (to == null || !isWritable()) {
                if (!awaitRoom()) {
                    return n;
                }
            } else {
                if (descriptor().isClosed()) {
                    return n;
                }
                backoff = backoff == null ? new Backoff() : backoff;
                association.pause(backoff);
            }
        }
    }

    /** Whether this socket's own buffer has room: what was refused all the same is the receiver's queue being full. */
    private boolean isWritable() {
        return (Readiness.poll(descriptor(), Linux.POLLOUT, 0) & Linux.POLLOUT) != 0;
    }

    @Override
    long send(CallMemory memory, long address, long lengthBytes, int flags) throws IOException {
        if (target == null) {
            return super.send(memory, address, lengthBytes, flags);
        }
        int length = targets.encode(target, memory.structs().buffer(), memory.addressOffset());
        long n;
        do {
            n = sys().sendto(
                    descriptor().fd(), address, lengthBytes, flags | Linux.MSG_NOSIGNAL,
                    memory.structs().address() + memory.addressOffset(), length);
        } while (n == -Errno.EINTR && !descriptor().isClosed());
        return n;
    }

    @Override
    String operation() {
        return target == null ? super.operation() : "send(" + target + ")";
    }
}
