// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;

/**
 * A socket's descriptor. Closing it while somebody is inside shuts the socket down, which ends every recv(2), send(2) and poll(2)
 * on it, those of listeners and of unconnected sockets too, and lets the peer see the end at once although the number is still held.
 *
 * <p>shutdown(2) acts on the open file description, so a descriptor that is {@linkplain #share shared} is not shut down; unless a thread
 * has waited in recv(2) or send(2) since before, for nothing else would wake it.
 */
public final class SocketDescriptor extends Descriptor {

    private final boolean listening;

    public SocketDescriptor(Syscalls sys, int fd) {
        this(sys, fd, false);
    }

    private SocketDescriptor(Syscalls sys, int fd, boolean listening) {
        super(sys, fd);
        this.listening = listening;
    }

    /**
     * The descriptor of a socket that listens, or is to. Its users wait in poll(2) in any case, and so can be woken by a signal even if
     * they have waited since before it was shared.
     */
    public static SocketDescriptor ofListener(Syscalls sys, int fd) {
        return new SocketDescriptor(sys, fd, true);
    }

    @Override
    protected boolean usersWaitInKernel() {
        return !listening;
    }

    @Override
    protected void wakeUsers() {
        sys().shutdown(fd(), Linux.SHUT_RDWR);
    }
}
