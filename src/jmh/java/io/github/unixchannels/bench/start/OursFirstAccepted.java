// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.net.UnixDomainSocketAddress;

/** {@link FirstAccepted} with this library. Arguments: the family, the path. */
final class OursFirstAccepted {

    private OursFirstAccepted() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        UnixProtocolFamily family = UnixProtocolFamily.valueOf(arguments[0]);
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(arguments[1]);
        UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
        server.bind(address);
        UnixSocketChannel client = UnixSocketChannel.open(family, address);
        FirstAccepted.receive(began, server, UnixSelectorProvider.provider().openSelector(), client, arguments[1]);
    }
}
