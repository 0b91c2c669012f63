// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.UnixSelectorProvider;
import java.nio.channels.spi.SelectorProvider;

/** The JDK's Unix channels with this library's selector. */
public final class MixedUnixStream extends JdkUnixStream {

    @Override
    public String name() {
        return "MIXED-UNIX-STREAM";
    }

    @Override
    public SelectorProvider selectorProvider() {
        return UnixSelectorProvider.provider();
    }
}
