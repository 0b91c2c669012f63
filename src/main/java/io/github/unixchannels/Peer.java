// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.IOException;

/**
 * The process that a {@link PeerCheck} is asked about, as the kernel knows it. Of a connection, that is the process that called connect(2), with
 * its effective user and group at that time. Of a datagram, that is the process that sent it, with its real user and group, or what the
 * process named ({@link AncillaryData#senderCredentials}). Valid for the time of the check only.
 *
 * <p>A connection can be handed over: the process that uses it may be another than the one that connected.
 */
public interface Peer {

    /**
     * The user.
     *
     * @return 0 to 4294967295; -1 if the kernel does not know: of a datagram that was sent before {@link UnixSocketOptions#SO_PASSCRED} was
     *     set. A user that is not mapped in this user namespace has the overflow id of the system, 65534
     * @throws IllegalStateException if it is a datagram, and SO_PASSCRED is not set
     * @throws IOException if the kernel refuses to tell
     */
    long uid() throws IOException;

    /**
     * The group, without the supplementary groups.
     *
     * @return 0 to 4294967295; -1 if the kernel does not know; as of {@link #uid}
     * @throws IllegalStateException as of {@link #uid}
     * @throws IOException if the kernel refuses to tell
     */
    long gid() throws IOException;

    /**
     * Whether a group is the process's, or of a connection also one of its supplementary groups. The kernel does not tell those of the
     * sender of a datagram. System call: getsockopt(2) with SO_PEERGROUPS.
     *
     * @param gid the group
     * @return true if so
     * @throws UnsupportedOperationException if it is a connection, and the kernel is older than Linux 4.13
     * @throws IllegalStateException as of {@link #uid}
     * @throws IOException if the kernel refuses to tell
     */
    boolean isInGroup(long gid) throws IOException;

    /**
     * The number of the process, to look something up by: its executable in {@code /proc}, for example. A check that asks for the number
     * admits nobody if the process has ended by the end of the check, for the number may have been another process's meanwhile. So what was
     * looked up is of that process. The library holds a descriptor of the process to know: {@link #pidfd}.
     *
     * @return the number in this process's PID namespace; 0 if it has none there
     * @throws UnsupportedOperationException if the kernel is older than Linux 6.5
     * @throws IllegalStateException if it is a datagram, and SO_PASSCRED or {@link UnixSocketOptions#SO_PASSPIDFD} is not set
     * @throws IOException if the process has ended, which refuses the peer; or if there is no descriptor left
     */
    int pid() throws IOException;

    /**
     * A descriptor of the process, which is closed after the check: {@link OwnedFd#duplicate} is not. A check that asks for it admits nobody
     * if the process has ended by the end of the check. System call: getsockopt(2) with SO_PEERPIDFD.
     *
     * @return the descriptor, the same each time
     * @throws UnsupportedOperationException as of {@link #pid}
     * @throws IllegalStateException as of {@link #pid}
     * @throws IOException as of {@link #pid}
     */
    OwnedFd pidfd() throws IOException;

    /**
     * The security label. System call: getsockopt(2) with SO_PEERSEC.
     *
     * @return the label
     * @throws UnsupportedOperationException if no security module gives labels to such sockets; of a datagram also if
     *     {@link UnixSocketOptions#SO_PASSSEC} is not set
     * @throws IOException if the kernel refuses to tell
     */
    String label() throws IOException;
}
