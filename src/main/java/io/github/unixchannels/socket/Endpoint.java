// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.sys.Linux;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A socket under its two names, its own and its peer's, and the thread that waits for what no event of the kernel ends in every case. */
public abstract class Endpoint {

    /** Why an option that tells of the peer has no value, of what was connected by address without a listener. */
    static final String PEER_NOT_KNOWN = "not known of a peer that was connected to by address";

    private final SocketDescriptor descriptor;
    private final SocketFamily family;
    private final FdOwnership fds;

    private volatile SocketAddress local;
    private volatile SocketAddress remote;

    // How long a blocking operation waits at most: of the channel, not of the socket. Numbers of Timeout.
    private volatile long receiveTimeoutNanos;
    private volatile long sendTimeoutNanos;

    /** Waits for its next attempt, or for room to write. */
    private volatile Thread waiting;

    public Endpoint(SocketDescriptor descriptor, SocketFamily family, FdOwnership fds, SocketAddress local, SocketAddress remote) {
        this.descriptor = descriptor;
        this.family = family;
        this.fds = fds;
        this.local = local;
        this.remote = remote;
    }

    public final SocketDescriptor descriptor() {
        return descriptor;
    }

    public final SocketFamily family() {
        return family;
    }

    /** Who makes the owners of descriptors that the kernel gives out for this socket. */
    final FdOwnership fds() {
        return fds;
    }

    /** Null until bound or connected. */
    public final SocketAddress local() {
        return local;
    }

    public final void local(SocketAddress address) {
        local = address;
    }

    /** How long a blocking read, receive or accept waits at most: a number of {@link Timeout}. */
    public final long receiveTimeoutNanos() {
        return receiveTimeoutNanos;
    }

    final void receiveTimeoutNanos(long nanos) {
        receiveTimeoutNanos = nanos;
    }

    /** How long a blocking write, send or connect waits at most: a number of {@link Timeout}. */
    public final long sendTimeoutNanos() {
        return sendTimeoutNanos;
    }

    final void sendTimeoutNanos(long nanos) {
        sendTimeoutNanos = nanos;
    }

    /** bind(2), except to no name: such a name every socket of AF_UNIX has from the start. */
    final void bindNow(SocketAddress address) throws SocketException {
        local = UnixAddresses.isUnnamed(address) ? UnixAddresses.UNNAMED : Sockets.bind(descriptor, family, address);
    }

    /**
     * The name as the kernel has it by now: it gives one to a socket without a name that connects or sends while SO_PASSCRED or
     * SO_PASSPIDFD is set (unix_autobind). A name of another family is known from the start. The caller is inside the descriptor.
     */
    public final SocketAddress localNow() throws SocketException {
        SocketAddress known = local;
        boolean untouched = known == null && remote == null;
        return untouched || isNamed(known) || family != SocketFamily.UNIX ? known : learnLocal();
    }

    /** Asks the kernel for the name, if there is none yet. The caller is inside the descriptor. */
    final synchronized SocketAddress learnLocal() throws SocketException {
        SocketAddress known = local;
        if (isNamed(known)) {
            return known;
        }
        SocketAddress name = Sockets.localName(descriptor, family);
        if (isNamed(name)) {
            local = name;
            return name;
        }
        return known;
    }

    private static boolean isNamed(SocketAddress address) {
        return address != null && !UnixAddresses.isUnnamed(address);
    }

    /** Null while there is no peer, nor one to come. */
    public final SocketAddress remote() {
        return remote;
    }

    public final void remote(SocketAddress address) {
        remote = address;
    }

    /** Why the kernel does not know the process at the other end; null if it does. */
    abstract String whyPeerIsUnknown();

    /** Sets SO_TIMESTAMP, unless what is received could not be told from the end without it. The caller is inside the descriptor. */
    void setTimestamps(boolean on) throws SocketException {
        SocketFlag.TIMESTAMP.set(descriptor, on);
    }

    /**
     * The flags of a recv(2) or send(2) that may wait. A platform thread waits in the call, which a shutdown(2) of the socket ends. A virtual
     * thread never waits in the kernel, and no thread on a socket that others may hold, for it must not be shut down.
     *
     * @param side {@link Descriptor#READING} or {@link Descriptor#WRITING}, which the caller holds
     * @param timeoutNanos how long the operation may still wait; the call returns EAGAIN before that
     */
    public final int waitFlags(int side, long timeoutNanos) {
        boolean inKernel = timeoutNanos != Timeout.NO_WAIT && descriptor.mayWaitInKernel(side)
                && (timeoutNanos == Timeout.NONE || descriptor.kernelWaitEnds(side, timeoutNanos));
        return inKernel ? 0 : Linux.MSG_DONTWAIT;
    }

    /** The flags of a send that may wait: MSG_DONTWAIT if not even then in the kernel. */
    public abstract int waitingSendFlags(long timeoutNanos);

    /**
     * Waits until a send that found no room may find some, {@link #stopWaiting} or a deadline of {@link Timeout}.
     *
     * @return as {@link Waiting#await}
     */
    public abstract int waitForRoom(long deadline);

    /** A send was told that the peer has reset the connection. */
    public void noteReset() {}

    /**
     * Waits for POLLOUT, or until it is over; who ends it without an event of the kernel calls {@link #stopWaiting}
     * and {@link io.github.unixchannels.descriptor.Descriptor#wakeWriter}.
     *
     * @param timeoutMillis how long at most; negative: without limit
     */
    final int awaitOutput(int timeoutMillis, BooleanSupplier isOver) {
        waiting = Thread.currentThread();
        try {
            return Waiting.await(descriptor, Linux.POLLOUT, timeoutMillis, isOver);
        } finally {
            waiting = null;
        }
    }

    /** Waits a while; until {@link #stopWaiting}, a deadline of {@link Timeout} or an interrupt that the scope knows at most. */
    public final void pause(OperationScope scope, Backoff backoff, long deadline) {
        waiting = Thread.currentThread();
        try {
            if (!descriptor.isClosed()) {
                long left = Timeout.left(deadline);
                long nanos = backoff.nextNanos();
                scope.park(this, left == Timeout.NONE ? nanos : Math.min(nanos, left));
            }
        } finally {
            waiting = null;
        }
    }

    /** Called once the descriptor is closed, or the output shut down. */
    public final void stopWaiting() {
        LockSupport.unpark(waiting);
    }

    /** How messages name this endpoint: the peer's address if it has one, else the descriptor. */
    @Override
    public final String toString() {
        SocketAddress peer = remote;
        if (isNamed(peer)) {
            return peer.toString();
        }
        SocketAddress own = local;
        String name = isNamed(own) ? ", local=" + own : "";
        return "fd=" + descriptor.fd() + name;
    }
}
