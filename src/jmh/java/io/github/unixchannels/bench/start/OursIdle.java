// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import java.net.UnixDomainSocketAddress;

/** Idle connections of this library, in its selector. Arguments: family, path, how many first, how many in all. */
final class OursIdle {

    private OursIdle() {}

    public static void main(String[] arguments) throws Exception {
        UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.valueOf(arguments[0]));
        server.bind(UnixDomainSocketAddress.of(arguments[1]));
        new IdleConnections(UnixSelectorProvider.provider().openSelector(), server::accept)
                .measure(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    }
}
