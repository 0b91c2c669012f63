// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.File;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;

/** Idle connections of jnr-unixsocket, in jnr-enxio's selector. Arguments: STREAM, path, how many first, how many in all. */
final class JnrIdle {

    private JnrIdle() {}

    public static void main(String[] arguments) throws Exception {
        UnixServerSocketChannel server = UnixServerSocketChannel.open();
        server.socket().bind(new UnixSocketAddress(new File(arguments[1])));
        new IdleConnections(NativeSelectorProvider.getInstance().openSelector(), server::accept)
                .measure(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    }
}
