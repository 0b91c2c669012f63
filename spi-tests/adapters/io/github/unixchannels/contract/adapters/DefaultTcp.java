// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** The JDK's TCP channels with the selector that {@link Selector#open} opens, where this library's provider is the system's default. */
public final class DefaultTcp extends JdkTcp {

    @Override
    public String name() {
        return "DEFAULT-TCP";
    }

    @Override
    public SelectorProvider provider() {
        try (SocketChannel channel = SocketChannel.open()) {
            return channel.provider();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SelectorProvider selectorProvider() {
        return SystemDefault.ours();
    }

    @Override
    public Selector openSelector() throws IOException {
        return Selector.open();
    }
}
