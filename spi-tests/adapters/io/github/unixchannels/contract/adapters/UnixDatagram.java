// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.contract.Capability;
import io.github.unixchannels.contract.Passing;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.EnumSet;
import java.util.Set;

/** This library's SOCK_DGRAM channels. */
public final class UnixDatagram extends UnixPaths {

    @Override
    public String name() {
        return "UNIX-CHANNELS-DGRAM";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.DATAGRAMS, Capability.RECEIVER_LIMITS, Capability.UNIX_ADDRESSES, Capability.ABSTRACT_NAMES, Capability.MESSAGES,
                Capability.DESCRIPTORS, Capability.CREDENTIALS);
    }

    @Override
    public SelectorProvider provider() {
        return UnixSelectorProvider.provider();
    }

    @Override
    public DatagramChannel openDatagram() throws IOException {
        return provider().openDatagramChannel(UnixProtocolFamily.DGRAM);
    }

    @Override
    public Passing passing() {
        return new UnixPassing();
    }
}
