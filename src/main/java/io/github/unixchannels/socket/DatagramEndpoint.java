// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;

/**
 * The name of a datagram socket and the peer that it is connected to, if any. It is connected while {@link #remote} is not null.
 *
 * <p>A send of AF_UNIX is never left to wait in the kernel: what it waits on there is the receiver's queue, and nothing that is done to this socket
 * would wake it (unix_wait_for_peer). While connected, poll(2) tells of room in that queue; otherwise it tells of room in this socket's own
 * buffer alone (unix_dgram_poll), and what finds the receiver full must be tried again after a while.
 */
public final class DatagramEndpoint extends Endpoint {

    private static final int LONGEST_WAIT_MILLIS = 10;

    /**
     * The only sender whose datagrams are to be received, if others may be in the queue: those that came before the connect. Once the queue
     * was empty there are no others: the kernel refuses them (unix_may_send). Null if all are welcome. Used with the reading side held.
     */
    private SocketAddress onlySender;

    /** Whether connect(2) was called: of a pair, the kernel tells of the end that it had at first ever after. */
    private volatile boolean reconnected;

    /** A socket with the names that it has so far; null for none. */
    public DatagramEndpoint(
            SocketDescriptor descriptor, SocketFamily family, FdOwnership fds, SocketAddress local, SocketAddress remote) {
        super(descriptor, family, fds, local, remote);
    }

    /** Whether a send may find the queue of its receiver full; a datagram of another family is dropped then. */
    public boolean isRefusedByReceivers() {
        return family() == SocketFamily.UNIX;
    }

    public boolean isConnected() {
        return remote() != null;
    }

    @Override
    String whyPeerIsUnknown() {
        return !isConnected() ? "not connected" : reconnected ? PEER_NOT_KNOWN : null;
    }

    public SocketAddress onlySender() {
        return isConnected() ? onlySender : null;
    }

    public void welcomeAll() {
        onlySender = null;
    }

    /** @throws AlreadyBoundException if it is bound, also if to no name */
    public synchronized void bind(SocketAddress address) throws SocketException {
        if (local() != null) {
            throw new AlreadyBoundException();
        }
        bindNow(address);
    }

    /** Before something is received: nobody could send to a socket that has neither a name nor a peer. */
    public void bindToReceive() throws SocketException {
        if (local() == null) {
            bindUnlessBound(family().chosenByKernel());
        }
    }

    /** Before something is sent: of AF_UNIX, without a name that was asked for, it goes without one. */
    public void bindToSend() throws SocketException {
        if (local() == null) {
            bindUnlessBound(family().unnamed());
        }
    }

    private synchronized void bindUnlessBound(SocketAddress address) throws SocketException {
        if (local() == null) {
            bind(address);
        }
    }

    /** connect(2). Both sides of the descriptor are held. */
    public void connect(SocketAddress target) throws IOException {
        if (family() == SocketFamily.UNIX) {
            connectUnix(target);
        } else {
            connectInet(target);
        }
    }

    private void connectUnix(SocketAddress target) throws IOException {
        int result = Sockets.connect(descriptor(), family(), target);
        if (result < 0) {
            learnLocal(); // it may have got a name in vain
            throw ErrnoExceptions.connect(UnixAddresses.describe(target), result);
        }
        reconnected = true;
        bindToSend();
        boolean queued = (Waiting.poll(descriptor(), Linux.POLLIN, 0) & Linux.POLLIN) != 0;
        try {
            onlySender = queued ? Sockets.peerName(descriptor(), family()) : null;
        } catch (SocketException e) {
            disconnect();
            throw e;
        }
        remote(target);
    }

    /** After connect(2), what others had sent is dropped, and the kernel knows by which of the host's addresses the peer is reached. */
    private void connectInet(SocketAddress target) throws IOException {
        bindToSend();
        int result = Sockets.connect(descriptor(), family(), target);
        if (result < 0) {
            throw ErrnoExceptions.connect(target, result);
        }
        remote(target);
        local(Sockets.localName(descriptor(), family()));
        dropQueued();
    }

    private void dropQueued() {
        CallMemory memory = CallMemory.acquire(descriptor().sys());
        try {
            long address = memory.structs().address() + memory.valueOffset();
            long n;
            do {
                n = descriptor().sys().recv(descriptor().fd(), address, Integer.BYTES, Linux.MSG_DONTWAIT);
            } while (n >= 0);
        } finally {
            memory.release();
        }
    }

    /**
     * connect(2) to AF_UNSPEC. Of AF_INET and AF_INET6, that takes the address too if the socket was not bound to one, and the port likewise;
     * so the socket is bound again. The writing side of the descriptor is held.
     */
    public void disconnect() throws SocketException {
        int result = Sockets.disconnect(descriptor());
        if (result < 0) {
            throw ErrnoExceptions.socket("connect", this + ", AF_UNSPEC", result);
        }
        remote(null);
        if (family() != SocketFamily.UNIX) {
            bindAgain();
        }
    }

    private void bindAgain() throws SocketException {
        SocketAddress before = local();
        SocketAddress left = Sockets.localName(descriptor(), family());
        local(family().isUnbound(left) ? Sockets.bind(descriptor(), family(), before) : left);
    }

    /** The names in words. */
    public String describe() {
        String own = local() == null ? "unbound" : "local=" + UnixAddresses.describe(local());
        return isConnected() ? own + " remote=" + UnixAddresses.describe(remote()) : own;
    }

    @Override
    public int waitingSendFlags(long timeoutNanos) {
        return Linux.MSG_DONTWAIT;
    }

    /**
     * {@inheritDoc} POLLOUT comes only when no more than a quarter of the send buffer is queued, at all receivers together (unix_writable):
     * the one that was full may have room long before, so the wait has a limit. Of another family, room is this socket's alone.
     */
    @Override
    public int waitForRoom(long deadline) {
        int left = Timeout.millisLeft(deadline);
        boolean slice = isRefusedByReceivers() && (left < 0 || left > LONGEST_WAIT_MILLIS);
        return awaitOutput(slice ? LONGEST_WAIT_MILLIS : left, () -> false);
    }
}
