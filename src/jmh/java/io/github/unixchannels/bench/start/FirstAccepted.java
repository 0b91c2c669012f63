// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** What a server does first: it selects the connection of a client and accepts it, selects its message and receives it. */
final class FirstAccepted {

    private FirstAccepted() {}

    /** By a server that is bound to a path, which is removed, for a client that has connected. Prints how long it is since then. */
    static void receive(long began, ServerSocketChannel server, Selector selector, SocketChannel client, String path)
            throws IOException {
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        selector.select();
        selector.selectedKeys().clear();
        SocketChannel accepted = server.accept();
        accepted.configureBlocking(false);
        accepted.register(selector, SelectionKey.OP_READ);
        client.write(ByteBuffer.allocate(FirstMessage.BYTES));
        selector.select();
        FirstMessage.report(began, accepted.read(ByteBuffer.allocate(FirstMessage.BYTES)));
        new File(path).delete();
    }
}
