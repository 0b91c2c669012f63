// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Instant;

/** Ancillary data of this library. */
public final class NativeAncillaryData extends AncillaryData {

    private final Syscalls sys;
    private final FdOwnership ownership;

    /** Makes an empty one. */
    public NativeAncillaryData(Syscalls sys, FdOwnership ownership) {
        this.sys = sys;
        this.ownership = ownership;
    }

    @Override
    public AncillaryData descriptor(OwnedFd descriptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public AncillaryData descriptor(Channel channel) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public AncillaryData credentials(PeerCredentials credentials) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int descriptorCount() {
        return 0;
    }

    @Override
    public OwnedFd takeDescriptor() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PeerCredentials senderCredentials() {
        return null;
    }

    @Override
    public OwnedFd takeSenderPidfd() {
        return null;
    }

    @Override
    public String senderLabel() {
        return null;
    }

    @Override
    public Instant timestamp() {
        return null;
    }

    @Override
    public AncillaryData clear() {
        return this;
    }

    @Override
    public void close() {
        clear();
    }
}
