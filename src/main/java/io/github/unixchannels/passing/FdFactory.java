// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/** Makes the owners of descriptors. */
public final class FdFactory implements FdOwnership {

    private final SelectorProvider provider;
    private final Syscalls sys;

    /** Makes owners whose channels have this provider. */
    public FdFactory(SelectorProvider provider, Syscalls sys) {
        this.provider = provider;
        this.sys = sys;
    }

    /** {@link OwnedFd#open}. */
    public OwnedFd open(Path path, Set<OpenOption> options) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** {@link OwnedFd#memory}. */
    public OwnedFd memory(String name, long sizeBytes) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** {@link OwnedFd#adopt}. */
    public OwnedFd adopt(int fd) throws IOException {
        return own(fd, "adopt");
    }

    @Override
    public OwnedFd duplicateOf(Channel channel) throws IOException {
        return own(ChannelDescriptors.duplicate(channel, sys), channel);
    }

    @Override
    public OwnedFd own(int fd, Object origin) {
        return new NativeFd(provider, sys, fd, origin);
    }

    @Override
    public Descriptor descriptorOf(OwnedFd fd) {
        if (fd instanceof NativeFd ours) {
            return ours.descriptor();
        }
        throw new IllegalArgumentException("not a descriptor of this library: " + fd);
    }
}
