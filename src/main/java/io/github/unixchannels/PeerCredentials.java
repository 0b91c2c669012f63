// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

/**
 * A process, its user and its group, as the kernel knows them: {@code struct ucred}, unix(7).
 *
 * <ul>
 *   <li><b>The value of {@link UnixSocketOptions#SO_PEERCRED}</b> is the process that called connect(2), listen(2) or socketpair(2), with its
 *       effective ids, all at the time of that call. The process may have ended since, and its number may be another's.
 *   <li><b>What comes with a message</b>, {@link AncillaryData#senderCredentials}, is the process that sent the message, with its real ids;
 *       or what that process named: any of its real, effective and saved ids, and anything if it is privileged.
 *   <li><b>What is sent with a message</b>, {@link AncillaryData#credentials}.
 * </ul>
 *
 * <p>Numbers are those of the namespaces of this process. A process that has no number here has the pid 0. A user or group that is not
 * mapped here has the overflow id of the system, which is 65534 unless it was changed: that says nothing about who it is, and it is also the
 * number of an ordinary user, often called {@code nobody}.
 *
 * @param pid the process, as numbered in this process's PID namespace; 0 if it is not in there
 * @param uid the user, 0 to 4294967295
 * @param gid the group, 0 to 4294967295
 */
public record PeerCredentials(int pid, long uid, long gid) {

    /**
     * Those of this process. System calls: getpid(2), geteuid(2), getegid(2).
     *
     * @return process, effective user and effective group; in a user namespace that does not map the two, the overflow ids, which the
     *     kernel refuses to send (EINVAL)
     * @throws UnsupportedOperationException if this platform is not supported
     */
    public static PeerCredentials ofThisProcess() {
        return UnixSelectorProvider.provider().ownCredentials();
    }
}
