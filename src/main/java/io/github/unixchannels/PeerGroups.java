// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.util.List;

/**
 * The supplementary groups of the process at the other end of a connection, as the kernel knows them. They are of the same process and
 * time as {@link PeerCredentials}, whose group need not be among them.
 *
 * @param gids the groups, each 0 to 4294967295, in the kernel's order; may be empty. The list is copied, and cannot be changed
 */
public record PeerGroups(List<Long> gids) {

    /**
     * Makes a value.
     *
     * @param gids the groups
     * @throws NullPointerException if {@code gids} is or has null
     */
    public PeerGroups {
        gids = List.copyOf(gids);
    }

    /**
     * Whether a group is among them.
     *
     * @param gid the group's number
     * @return true if so
     */
    public boolean contains(long gid) {
        return gids.contains(gid);
    }
}
