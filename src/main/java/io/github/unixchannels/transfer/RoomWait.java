// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.socket.Endpoint;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

/** How a blocking send waits between two attempts. Used by the thread that has entered the descriptor for writing. */
final class RoomWait extends SideWait {

    private final Endpoint endpoint;
    private final SocketDescriptor descriptor;

    /** Whether what is refused may be the queue of the receiver being full. */
    private final boolean refusedByReceivers;

    /** Of the operation in progress, once it has waited without knowing for how long. */
    private Backoff backoff;

    /** Whether the operation in progress has let other threads run. */
    private boolean yielded;

    RoomWait(Endpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.descriptor = endpoint.descriptor();
        this.refusedByReceivers = endpoint instanceof DatagramEndpoint datagrams && datagrams.isRefusedByReceivers();
    }

    @Override
    int flags(long timeout) {
        return endpoint.waitingSendFlags(timeout);
    }

    /** As {@link #begin}. */
    int beginSend(long timeout) {
        backoff = null;
        yielded = false;
        return begin(timeout);
    }

    /**
     * Waits as long as what an attempt returned suggests. A datagram lets other threads run first: a receiver that runs has soon emptied its
     * queue, which is short, and each datagram that the receiver takes wakes all threads that wait for room in poll(2).
     *
     * @param operation what was refused, for messages
     * @param target where the datagram was to; null: to the peer
     * @param sentBytes how many bytes the operation has sent
     * @return false if there is nothing to wait for, or the channel was closed
     * @throws SocketTimeoutException if the time of the operation is over
     */
    boolean after(OperationScope scope, String operation, long refused, SocketAddress target, long sentBytes) throws IOException {
        if (refused != -Errno.EAGAIN && refused != -Errno.EINTR && refused != -Errno.ETOOMANYREFS) {
            return false;
        }
        boolean mayWaitInKernel = startClock() && refused != -Errno.ETOOMANYREFS && nextFlags() == 0;
        if (mayWaitInKernel && !descriptor.isClosed()) {
            return true;
        }
        if (isOver() && !descriptor.isClosed()) {
            throw timedOut(operation, refused, target, sentBytes);
        }
        if (refused == -Errno.ETOOMANYREFS) {
            return pause(scope); // until receivers take some of what is underway: the kernel has no event for it
        }
        if (refusedByReceivers && yieldOnce()) {
            return true;
        }
        return refusedByReceivers && target != null && isWritable() ? pause(scope) : awaitRoom(scope);
    }

    private SocketTimeoutException timedOut(String operation, long refused, SocketAddress target, long sentBytes) {
        Object to = target == null ? endpoint : UnixAddresses.describe(target);
        String missing = refused == -Errno.ETOOMANYREFS ? "too many descriptors underway" : "no room";
        SocketTimeoutException exception = exceeded(operation, to, missing);
        exception.bytesTransferred = (int) Math.min(sentBytes, Integer.MAX_VALUE);
        return exception;
    }

    private boolean yieldOnce() {
        if (yielded || descriptor.isClosed()) {
            return false;
        }
        yielded = true;
        Thread.yield();
        return true;
    }

    /** Whether this socket's own buffer has room: what was refused all the same is the receiver's queue being full. */
    private boolean isWritable() {
        int events = Waiting.poll(descriptor, Linux.POLLOUT, 0);
        return events > 0 && (events & Linux.POLLOUT) != 0;
    }

    /** Waits a while, longer each time in one operation. */
    private boolean pause(OperationScope scope) {
        if (descriptor.isClosed()) {
            return false;
        }
        backoff = backoff == null ? new Backoff() : backoff;
        endpoint.pause(scope, backoff, deadline());
        scope.tellInterrupt(); // or no pause would last from now on
        return !descriptor.isClosed();
    }

    private boolean awaitRoom(OperationScope scope) throws IOException {
        if (descriptor.isClosed()) {
            return false;
        }
        int result = endpoint.waitForRoom(deadline());
        if (result < 0 && result != -Errno.EINTR) {
            throw ErrnoExceptions.io("poll", endpoint, result);
        }
        scope.tellInterrupt();
        return true;
    }
}
