// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;

/** Idle connections of the JDK, in its selector. Arguments: STREAM, path, how many first, how many in all. */
final class JdkIdle {

    private JdkIdle() {}

    public static void main(String[] arguments) throws Exception {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(arguments[1]));
        new IdleConnections(Selector.open(), server::accept)
                .measure(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    }
}
