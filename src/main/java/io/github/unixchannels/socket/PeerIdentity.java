// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.PeerGroups;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.UcredLayout;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The options that tell who is at the other end, and the JDK's own SO_PEERCRED. The module jdk.net, which has the latter, may be absent;
 * nothing of it is touched before it is known to be there.
 */
final class PeerIdentity {

    /** All are read only. */
    static final Set<SocketOption<?>> OPTIONS = options();

    private static final long NO_ID = 0xffff_ffffL;

    private PeerIdentity() {}

    private static Set<SocketOption<?>> options() {
        Set<SocketOption<?>> options = new HashSet<>();
        options.add(UnixSocketOptions.SO_PEERCRED);
        options.add(UnixSocketOptions.SO_PEERGROUPS);
        options.add(UnixSocketOptions.SO_PEERPIDFD);
        options.add(UnixSocketOptions.SO_PEERSEC);
        if (ModuleLayer.boot().findModule("jdk.net").isPresent()) {
            options.add(JdkPeerPrincipal.OPTION);
        }
        return Set.copyOf(options);
    }

    /** The value of one of {@link #OPTIONS}. The caller is inside the descriptor. */
    static Object get(Endpoint endpoint, SocketOption<?> name) throws IOException {
        String unknown = endpoint.whyPeerIsUnknown();
        if (unknown != null) {
            throw new SocketException("getsockopt(" + target(endpoint, name) + "): " + unknown);
        }
        if (name == UnixSocketOptions.SO_PEERCRED) {
            return credentials(endpoint);
        }
        if (name == UnixSocketOptions.SO_PEERGROUPS) {
            return groups(endpoint);
        }
        if (name == UnixSocketOptions.SO_PEERPIDFD) {
            return process(endpoint);
        }
        if (name == UnixSocketOptions.SO_PEERSEC) {
            return label(endpoint);
        }
        return JdkPeerPrincipal.of(endpoint.descriptor().sys(), credentials(endpoint));
    }

    private static PeerCredentials credentials(Endpoint endpoint) throws SocketException {
        SocketOption<?> name = UnixSocketOptions.SO_PEERCRED;
        CallMemory memory = CallMemory.acquire(endpoint.descriptor().sys());
        try {
            int result = endpoint.descriptor().getOption(Linux.SOL_SOCKET, Linux.SO_PEERCRED, memory, UcredLayout.BYTES);
            if (result < 0) {
                throw ErrnoExceptions.socket("getsockopt", target(endpoint, name), result);
            }
            ByteBuffer structs = memory.structs().buffer();
            int ucred = memory.valueOffset();
            int pid = structs.getInt(ucred + UcredLayout.PID);
            long uid = Integer.toUnsignedLong(structs.getInt(ucred + UcredLayout.UID));
            long gid = Integer.toUnsignedLong(structs.getInt(ucred + UcredLayout.GID));
            if (pid == 0 && uid == NO_ID && gid == NO_ID) { // what other options answer with ENODATA
                throw new SocketException("getsockopt(" + target(endpoint, name) + "): " + Endpoint.PEER_NOT_KNOWN);
            }
            return new PeerCredentials(pid, uid, gid);
        } finally {
            memory.release();
        }
    }

    private static PeerGroups groups(Endpoint endpoint) throws SocketException {
        ByteBuffer value = OptionBytes.get(endpoint.descriptor(), Linux.SO_PEERGROUPS, result ->
                failed(endpoint, UnixSocketOptions.SO_PEERGROUPS, result, "Linux 4.13"));
        List<Long> gids = new ArrayList<>();
        while (value.remaining() >= Integer.BYTES) {
            gids.add(Integer.toUnsignedLong(value.getInt()));
        }
        return new PeerGroups(gids);
    }

    private static String label(Endpoint endpoint) throws SocketException {
        ByteBuffer value = OptionBytes.get(endpoint.descriptor(), Linux.SO_PEERSEC, result ->
                failed(endpoint, UnixSocketOptions.SO_PEERSEC, result, "a security module that gives labels to sockets of this type"));
        String label = StandardCharsets.UTF_8.decode(value).toString();
        int end = label.indexOf('\0');
        return end < 0 ? label : label.substring(0, end);
    }

    private static OwnedFd process(Endpoint endpoint) throws SocketException {
        SocketOption<?> name = UnixSocketOptions.SO_PEERPIDFD;
        int fd = endpoint.descriptor().getOption(Linux.SOL_SOCKET, Linux.SO_PEERPIDFD);
        if (fd == -Errno.ESRCH || fd == -Errno.EINVAL) {
            throw ErrnoExceptions.causedBy(-fd, new SocketException(
                    "getsockopt(" + target(endpoint, name) + "): the process has ended: " + Errno.describe(-fd)));
        }
        if (fd < 0) {
            throw failed(endpoint, name, fd, "Linux 6.5");
        }
        return endpoint.fds().own(fd, name + " of " + endpoint);
    }

    private static SocketException failed(Endpoint endpoint, SocketOption<?> name, int result, String needs) {
        return switch (-result) {
            case Errno.ENOPROTOOPT -> throw new UnsupportedOperationException(name + " needs " + needs);
            case Errno.ENODATA -> ErrnoExceptions.causedBy(Errno.ENODATA, new SocketException("getsockopt(" + target(endpoint, name) + "): "
                    + Endpoint.PEER_NOT_KNOWN + ": " + Errno.describe(Errno.ENODATA)));
            default -> ErrnoExceptions.socket("getsockopt", target(endpoint, name), result);
        };
    }

    private static String target(Endpoint endpoint, SocketOption<?> name) {
        return endpoint + ", " + name.name();
    }
}
