// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.function.Supplier;

/** A provider on system calls of a test's choice, for tests of other packages; and what only the API's own package gets from a provider. */
public final class ProviderOn {

    private final UnixSelectorProvider provider;

    public ProviderOn(Supplier<Syscalls> syscalls) {
        provider = new UnixSelectorProvider(syscalls);
    }

    public UnixSelectorProvider provider() {
        return provider;
    }

    public AncillaryData ancillaryData() {
        return provider.createAncillaryData();
    }

    public MessageBatch batch(int capacity, int messageBytes) {
        return provider.createMessageBatch(capacity, messageBytes);
    }

    public OwnedFd duplicateOf(Channel channel) throws IOException {
        return provider.duplicateOf(channel);
    }

    public OwnedFd takeFrom(Channel channel) throws IOException {
        return provider.takeFrom(channel);
    }

    public OwnedFd adopt(int fd) throws IOException {
        return provider.adopt(fd);
    }
}
