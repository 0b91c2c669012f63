// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import io.github.unixchannels.contract.ProviderUnderTest;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Providers whose addresses are paths. */
abstract class UnixPaths implements ProviderUnderTest {

    private static final AtomicInteger COUNT = new AtomicInteger();

    @Override
    public final SocketAddress freeAddress(Path folder) {
        return UnixDomainSocketAddress.of(folder.resolve("s" + COUNT.incrementAndGet()));
    }

    @Override
    public final SocketAddress refusingAddress(Path folder) throws java.io.IOException {
        return UnixDomainSocketAddress.of(java.nio.file.Files.createFile(folder.resolve("f" + COUNT.incrementAndGet())));
    }
}
