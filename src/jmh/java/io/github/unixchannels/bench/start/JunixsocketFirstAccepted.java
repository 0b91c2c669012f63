// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.File;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** {@link FirstAccepted} with junixsocket. Arguments: STREAM, the path. */
final class JunixsocketFirstAccepted {

    private JunixsocketFirstAccepted() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        AFUNIXSelectorProvider provider = AFUNIXSelectorProvider.provider();
        AFUNIXSocketAddress address = AFUNIXSocketAddress.of(new File(arguments[1]));
        AFUNIXServerSocketChannel server = provider.openServerSocketChannel();
        server.bind(address);
        AFUNIXSocketChannel client = provider.openSocketChannel();
        client.connect(address);
        FirstAccepted.receive(began, server, provider.openSelector(), client, arguments[1]);
    }
}
