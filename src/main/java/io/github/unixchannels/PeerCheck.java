// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Whom to let in: {@link UnixServerSocketChannel#accept(PeerCheck)},
 * {@link UnixDatagramChannel#receive(java.nio.ByteBuffer, AncillaryData, PeerCheck)}, {@link UnixSocketChannel#passes(PeerCheck)}.
 *
 * <pre>{@code
 * PeerCheck check = PeerCheck.ofUid(0, 1000).or(PeerCheck.ofGid(27));
 * UnixSocketChannel connection = server.accept(check);
 * }</pre>
 *
 * <p>What the kernel does not know is never a match, and what the kernel cannot tell is an exception, never a weaker check. A check of one's
 * own is a lambda: {@code peer -> peer.uid() == 0 && executableOf(peer.pid()).startsWith("/usr/")}.
 */
@FunctionalInterface
public interface PeerCheck {

    /**
     * Whether a process is let in.
     *
     * @param peer the process, valid until this returns
     * @return true if so
     * @throws IOException if it cannot be told; the process is not let in
     */
    boolean admits(Peer peer) throws IOException;

    /**
     * Admits the processes of users. No user is admitted unasked: root neither.
     *
     * @param uids the users, each 0 to 4294967295. 65534 is also each user that is not mapped in this user namespace
     * @return the check
     * @throws IllegalArgumentException if there is none, or one is out of range
     */
    static PeerCheck ofUid(long... uids) {
        long[] admitted = requireIds("user", uids);
        return peer -> contains(admitted, peer.uid());
    }

    /**
     * Admits the processes of groups: {@link Peer#isInGroup}. Of a connection that is the group and the supplementary groups, of a datagram
     * the group.
     *
     * @param gids the groups, each 0 to 4294967295. 65534 is also each group that is not mapped in this user namespace
     * @return the check
     * @throws IllegalArgumentException if there is none, or one is out of range
     */
    static PeerCheck ofGid(long... gids) {
        long[] admitted = requireIds("group", gids);
        return peer -> {
            for (long gid : admitted) {
                if (peer.isInGroup(gid)) {
                    return true;
                }
            }
            return false;
        };
    }

    /**
     * Admits the processes of the user that this process has now. System call: geteuid(2).
     *
     * @return the check
     * @throws UnsupportedOperationException if this platform is not supported
     */
    static PeerCheck ofThisUser() {
        return ofUid(PeerCredentials.ofThisProcess().uid());
    }

    /**
     * Admits whom both admit. The other is asked only if this one admits.
     *
     * @param other the other check
     * @return the check
     */
    default PeerCheck and(PeerCheck other) {
        Objects.requireNonNull(other);
        return peer -> admits(peer) && other.admits(peer);
    }

    /**
     * Admits whom one of both admits. The other is asked only if this one does not admit.
     *
     * @param other the other check
     * @return the check
     */
    default PeerCheck or(PeerCheck other) {
        Objects.requireNonNull(other);
        return peer -> admits(peer) || other.admits(peer);
    }

    private static long[] requireIds(String what, long[] ids) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("no " + what);
        }
        for (long id : ids) {
            if (id < 0 || id > 0xffff_ffffL) {
                throw new IllegalArgumentException(what + " out of range: " + id);
            }
        }
        return Arrays.copyOf(ids, ids.length);
    }

    private static boolean contains(long[] ids, long id) {
        for (long each : ids) {
            if (each == id) {
                return true;
            }
        }
        return false;
    }
}
