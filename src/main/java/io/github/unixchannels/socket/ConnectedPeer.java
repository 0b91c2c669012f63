// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.ErrnoException;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.PeerGroups;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.SocketException;

/** The process at the other end of a connection. The caller is inside the descriptor. */
public final class ConnectedPeer extends CheckedPeer {

    private final Endpoint endpoint;
    private PeerCredentials credentials;

    public ConnectedPeer(Endpoint endpoint) {
        super(endpoint.fds());
        this.endpoint = endpoint;
    }

    @Override
    PeerCredentials credentials() throws IOException {
        if (credentials == null) {
            credentials = (PeerCredentials) PeerIdentity.get(endpoint, UnixSocketOptions.SO_PEERCRED);
        }
        return credentials;
    }

    @Override
    OwnedFd openProcess() throws IOException {
        try {
            return (OwnedFd) PeerIdentity.get(endpoint, UnixSocketOptions.SO_PEERPIDFD);
        } catch (SocketException e) {
            int errno = ErrnoException.errnoOf(e);
            if (errno == Errno.ESRCH || errno == Errno.EINVAL) { // Linux before 6.16, of a process that has been reaped
                return null;
            }
            throw e;
        }
    }

    @Override
    public boolean isInGroup(long gid) throws IOException {
        return credentials().gid() == gid || ((PeerGroups) PeerIdentity.get(endpoint, UnixSocketOptions.SO_PEERGROUPS)).contains(gid);
    }

    @Override
    public String label() throws IOException {
        return (String) PeerIdentity.get(endpoint, UnixSocketOptions.SO_PEERSEC);
    }
}
