// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.File;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Idle connections of junixsocket, in its selector. Arguments: STREAM, path, how many first, how many in all. */
final class JunixsocketIdle {

    private JunixsocketIdle() {}

    public static void main(String[] arguments) throws Exception {
        AFUNIXSelectorProvider provider = AFUNIXSelectorProvider.provider();
        AFUNIXServerSocketChannel server = provider.openServerSocketChannel();
        server.bind(AFUNIXSocketAddress.of(new File(arguments[1])));
        new IdleConnections(provider.openSelector(), server::accept)
                .measure(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    }
}
