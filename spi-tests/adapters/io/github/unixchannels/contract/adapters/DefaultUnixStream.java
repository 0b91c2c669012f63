// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.contract.Capability;
import io.github.unixchannels.contract.Passing;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** What the JDK's classes open for the family UNIX, where this library's provider is the system's default: its SOCK_STREAM channels. */
public final class DefaultUnixStream extends JdkUnixStream {

    @Override
    public String name() {
        return "DEFAULT-UNIX-STREAM";
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> capabilities = new UnixStream().capabilities();
        capabilities.remove(Capability.ABSTRACT_NAMES); // a server that is bound to null has a file, as the JDK's
        return capabilities;
    }

    @Override
    public SelectorProvider provider() {
        return SystemDefault.ours();
    }

    @Override
    public Selector openSelector() throws IOException {
        return Selector.open();
    }

    @Override
    public Passing passing() {
        return new UnixPassing();
    }
}
