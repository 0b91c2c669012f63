// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.UnixSelectorProvider;
import java.nio.channels.spi.SelectorProvider;

/** The system's default provider, where it is this library's. */
final class SystemDefault {

    private SystemDefault() {}

    /** That provider; an error if another is, for then a test would not be about what it says. */
    static SelectorProvider ours() {
        SelectorProvider systemDefault = SelectorProvider.provider();
        if (systemDefault != UnixSelectorProvider.provider()) {
            throw new IllegalStateException("the default is " + systemDefault.getClass().getName());
        }
        return systemDefault;
    }
}
