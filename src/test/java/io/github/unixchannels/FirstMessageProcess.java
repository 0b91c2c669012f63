// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.File;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** A process that sends and receives one message of each type: through a pair, or as a server with a selector and as its client. */
final class FirstMessageProcess {

    private FirstMessageProcess() {}

    public static void main(String[] arguments) throws Exception {
        exchange(UnixProtocolFamily.STREAM);
        exchange(UnixProtocolFamily.SEQPACKET);
    }

    private static void exchange(UnixProtocolFamily family) throws Exception {
        if (System.getProperty("subject").equals("pair")) {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
            exchange(pair.first(), pair.second());
        } else {
            serve(family);
        }
    }

    private static void serve(UnixProtocolFamily family) throws Exception {
        File file = File.createTempFile("first", ".sock");
        file.delete();
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file.toPath());
        UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
        server.bind(address);
        UnixSocketChannel client = UnixSocketChannel.open(family, address);
        exchange(client, server.accept());
        server.configureBlocking(false);
        Selector selector = UnixSelectorProvider.provider().openSelector();
        server.register(selector, SelectionKey.OP_ACCEPT);
        UnixSocketChannel second = UnixSocketChannel.open(family, address);
        selector.select();
        selector.selectedKeys().clear();
        UnixSocketChannel accepted = server.accept();
        accepted.configureBlocking(false);
        accepted.register(selector, SelectionKey.OP_READ);
        second.write(ByteBuffer.allocate(1));
        selector.select();
        accepted.read(ByteBuffer.allocate(1));
        file.delete();
    }

    private static void exchange(UnixSocketChannel from, UnixSocketChannel to) throws Exception {
        from.write(ByteBuffer.allocate(1));
        to.read(ByteBuffer.allocate(1));
    }
}
