// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.address.AddressCache;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketAddress;

/** Sends of SOCK_DGRAM, to the peer (then it is {@link MessageOutput}'s write) or to a target that is named. */
public final class DatagramOutput extends MessageOutput {

    private final DatagramEndpoint association;
    private final AddressCache targets = new AddressCache();

    /** Where the last send was to, or the one in progress; null: to the peer. Used with the writing side held. */
    private SocketAddress target;

    /** Whether the messages of the batch that is sent have targets. Used likewise. */
    private boolean targeted;

    public DatagramOutput(OperationScope frame, DatagramEndpoint association) {
        super(frame, association);
        this.association = association;
    }

    /**
     * Sends all that the buffers have, which may be nothing, as one datagram.
     *
     * @param to where to; null: to the peer
     * @param blocking whether to wait for room
     * @return how many bytes, or an error number negated; {@code -EAGAIN} without room, or if the channel is closed while it waits
     */
    public long send(SocketAddress to, boolean blocking) throws IOException {
        aim(to);
        return blocking ? writeWaiting() : write(Linux.MSG_DONTWAIT);
    }

    private void aimAtPeer() {
        aim(null);
    }

    private void aim(SocketAddress to) {
        if (target != to) { // a store of a reference costs more than the look
            target = to;
        }
    }

    /** A datagram with what is to be sent beside it, as {@link #send(NativeAncillaryData, boolean)}. */
    public long send(SocketAddress to, NativeAncillaryData control, boolean blocking) throws IOException {
        aim(to);
        return send(control, blocking);
    }

    /**
     * As {@link #send(NativeMessageBatch, boolean)}.
     *
     * @param toTargets whether each goes to its target; otherwise all to the peer
     */
    public long send(NativeMessageBatch batch, boolean toTargets, boolean blocking) throws IOException {
        targeted = toTargets;
        aimAtPeer();
        return send(batch, blocking);
    }

    @Override
    int prepare(NativeMessageBatch batch) throws IOException {
        if (!targeted) {
            return super.prepare(batch);
        }
        SocketAddress first = batch.target(batch.next());
        aim(first);
        return isNobody(first) ? -Errno.ECONNREFUSED : batch.prepareToSendToTargets();
    }

    /** The target without a name: to the kernel it would be the abstract name of no bytes. */
    public static boolean isNobody(SocketAddress to) {
        return to != null && UnixAddresses.isUnnamed(to);
    }

    /**
     * {@inheritDoc} Before it waits for room it lets others run: a receiver that runs has soon emptied its queue, which is short, and each
     * datagram that it takes wakes all who wait for room in poll(2).
     */
    @Override
    boolean awaitAfter(long refused) throws IOException {
        if (refused != -Errno.EAGAIN) {
            return super.awaitAfter(refused);
        }
        if (yieldOnce()) {
            return true;
        }
        return target != null && isWritable() ? pause() : super.awaitAfter(refused);
    }

    /** Whether this socket's own buffer has room: what was refused all the same is the receiver's queue being full. */
    private boolean isWritable() {
        return (Waiting.poll(descriptor(), Linux.POLLOUT, 0) & Linux.POLLOUT) != 0;
    }

    @Override
    long sendOnce(CallMemory memory, long address, long lengthBytes, int flags) throws IOException {
        if (target == null) {
            return super.sendOnce(memory, address, lengthBytes, flags);
        }
        int length = targets.encode(target, memory.structs().buffer(), memory.addressOffset());
        return sys().sendto(
                descriptor().fd(), address, lengthBytes, flags, memory.structs().address() + memory.addressOffset(), length);
    }

    @Override
    void name(CallMemory memory) throws IOException {
        if (target != null) {
            MessageHeader.name(memory, targets.encode(target, memory.structs().buffer(), memory.addressOffset()));
        }
    }

    @Override
    String operation() {
        return target == null ? super.operation() : "send(" + UnixAddresses.describe(target) + ")";
    }
}
