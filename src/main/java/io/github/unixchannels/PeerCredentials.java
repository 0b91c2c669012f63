// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

/**
 * Who is at the other end of a connection, as the kernel knows it: {@code struct ucred}, unix(7).
 *
 * <p>They are those of the process that called connect(2), or listen(2), or socketpair(2), at the time of that call: the process may
 * have ended since, and its number may be another's.
 *
 * @param pid the process, as numbered in this process' PID namespace; 0 if it is not in there
 * @param uid the effective user, 0 to 4294967295
 * @param gid the effective group, 0 to 4294967295
 */
public record PeerCredentials(int pid, long uid, long gid) {

    /**
     * Those of this process. System calls: getpid(2), geteuid(2), getegid(2).
     *
     * @return process, effective user and effective group
     * @throws UnsupportedOperationException if this platform is not supported
     */
    public static PeerCredentials ofThisProcess() {
        return UnixSelectorProvider.provider().ownCredentials();
    }
}
