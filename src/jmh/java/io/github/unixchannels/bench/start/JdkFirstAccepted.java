// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** {@link FirstAccepted} with the JDK. Arguments: STREAM, the path. */
final class JdkFirstAccepted {

    private JdkFirstAccepted() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(arguments[1]);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        FirstAccepted.receive(began, server, Selector.open(), SocketChannel.open(address), arguments[1]);
    }
}
