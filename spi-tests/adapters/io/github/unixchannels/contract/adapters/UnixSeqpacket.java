// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.contract.Capability;
import java.util.EnumSet;
import java.util.Set;

/** This library's SOCK_SEQPACKET channels. */
public final class UnixSeqpacket extends UnixChannels {

    /** Creates the adapter. */
    public UnixSeqpacket() {
        super(UnixProtocolFamily.SEQPACKET);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.CONNECTIONS, Capability.UNIX_ADDRESSES, Capability.ABSTRACT_NAMES, Capability.MESSAGES,
                Capability.RESET_ON_CLOSE, Capability.PENDING_BACKLOG, Capability.DESCRIPTORS, Capability.CREDENTIALS);
    }
}
