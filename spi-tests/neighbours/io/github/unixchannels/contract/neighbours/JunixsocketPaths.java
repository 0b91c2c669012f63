// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.ProviderUnderTest;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** junixsocket, opened through its provider, with its own class of addresses. */
abstract class JunixsocketPaths implements ProviderUnderTest {

    @Override
    public final SelectorProvider provider() {
        return AFUNIXSelectorProvider.provider();
    }

    @Override
    public final SocketAddress freeAddress(Path folder) throws IOException {
        return AFUNIXSocketAddress.of(Paths.free(folder));
    }

    @Override
    public final SocketAddress refusingAddress(Path folder) throws IOException {
        return AFUNIXSocketAddress.of(Paths.refusing(folder));
    }

    @Override
    public final boolean isUnix() {
        return true;
    }
}
