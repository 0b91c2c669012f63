// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;

/** The name of a socket of UDP and the peer that it is connected to, if any. It is connected while {@link #remote} is not null. */
public final class UdpEndpoint extends Endpoint {

    /** A socket with the names that it has so far; null for none. */
    public UdpEndpoint(SocketDescriptor descriptor, SocketFamily family, SocketAddress local, SocketAddress remote) {
        super(descriptor, family, null, local, remote);
    }

    @Override
    String whyPeerIsUnknown() {
        return "not AF_UNIX";
    }

    public boolean isConnected() {
        return remote() != null;
    }

    /** @throws AlreadyBoundException if it is bound */
    public synchronized void bind(SocketAddress address) throws SocketException {
        if (local() != null) {
            throw new AlreadyBoundException();
        }
        bindNow(address);
    }

    /** Before something is sent or received. */
    public void bindUnlessBound() throws SocketException {
        if (local() == null) {
            synchronized (this) {
                if (local() == null) {
                    bind(family().chosenByKernel());
                }
            }
        }
    }

    /** connect(2), after which what others had sent is dropped. Both sides of the descriptor are held. */
    public void connect(SocketAddress target) throws IOException {
        bindUnlessBound();
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
     * connect(2) to AF_UNSPEC, which takes the address too if the socket was not bound to one, and the port likewise. Both sides are
     * held.
     */
    public void disconnect() throws SocketException {
        int result = Sockets.disconnect(descriptor());
        if (result < 0) {
            throw ErrnoExceptions.socket("connect", this + ", AF_UNSPEC", result);
        }
        remote(null);
        SocketAddress before = local();
        SocketAddress left = Sockets.localName(descriptor(), family());
        local(family().isUnbound(left) ? Sockets.bind(descriptor(), family(), before) : left);
    }

    /** The names in words. */
    public String describe() {
        String own = local() == null ? "unbound" : "local=" + local();
        return isConnected() ? own + " remote=" + remote() : own;
    }

    @Override
    public int waitingSendFlags() {
        return Linux.MSG_DONTWAIT;
    }

    @Override
    public int waitForRoom() {
        return awaitOutput(-1, () -> false);
    }
}
