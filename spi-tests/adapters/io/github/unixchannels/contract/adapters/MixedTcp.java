// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.UnixSelectorProvider;
import java.nio.channels.spi.SelectorProvider;

/** The JDK's TCP channels with this library's selector. */
public final class MixedTcp extends JdkTcp {

    @Override
    public String name() {
        return "MIXED-TCP";
    }

    @Override
    public SelectorProvider selectorProvider() {
        return UnixSelectorProvider.provider();
    }
}
