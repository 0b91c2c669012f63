// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;

/**
 * A socket's descriptor. Closing it while somebody is inside shuts the socket down, which ends every recv(2), send(2) and poll(2)
 * on it, those of listeners and of unconnected sockets too, and lets the peer see the end at once although the number is still held.
 *
 * <p>shutdown(2) acts on the open file description, so this is for sockets that no other process and no other descriptor shares.
 */
public final class SocketDescriptor extends Descriptor {

    public SocketDescriptor(Syscalls sys, int fd) {
        super(sys, fd);
    }

    @Override
    protected void wakeUsers() {
        sys().shutdown(fd(), Linux.SHUT_RDWR);
    }
}
