// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.descriptor.Descriptor;
import java.io.IOException;
import java.nio.channels.Channel;

/** How descriptors get their owners, and what is behind them. */
public interface FdOwnership {

    /**
     * Makes the owner of a descriptor that has just been received. If that fails, the descriptor is closed.
     *
     * @param fd its number
     * @param origin where it came from, for the report if it is forgotten
     */
    OwnedFd own(int fd, Object origin);

    /** A duplicate of what a channel has open: {@link OwnedFd#duplicateOf}. */
    OwnedFd duplicateOf(Channel channel) throws IOException;

    /**
     * What is behind an owner.
     *
     * @throws IllegalArgumentException if it is none of this library's
     */
    Descriptor descriptorOf(OwnedFd fd);
}
