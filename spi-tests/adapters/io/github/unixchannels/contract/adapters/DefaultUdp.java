// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;

/** The JDK's UDP channels with the selector that {@link Selector#open} opens, where this library's provider is the system's default. */
public final class DefaultUdp extends JdkUdp {

    @Override
    public String name() {
        return "DEFAULT-UDP";
    }

    @Override
    public SelectorProvider provider() {
        return SystemDefault.ours();
    }

    @Override
    public Selector openSelector() throws IOException {
        return Selector.open();
    }
}
