// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.ProviderUnderTest;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.unixsocket.UnixSocketAddress;

/** jnr-unixsocket, with jnr-enxio's selector and its own class of addresses. */
abstract class JnrPaths implements ProviderUnderTest {

    @Override
    public final SelectorProvider provider() {
        return NativeSelectorProvider.getInstance();
    }

    @Override
    public final SocketAddress freeAddress(Path folder) {
        return new UnixSocketAddress(Paths.free(folder).toFile());
    }

    @Override
    public final SocketAddress refusingAddress(Path folder) throws IOException {
        return new UnixSocketAddress(Paths.refusing(folder).toFile());
    }

    @Override
    public final boolean isUnix() {
        return true;
    }
}
