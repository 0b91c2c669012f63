// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import io.github.unixchannels.OwnedFd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** Selects the TCP connection that is its standard input, and answers on it with what came. */
final class Inherited {

    private Inherited() {}

    public static void main(String[] arguments) throws IOException {
        try (Selector selector = Selector.open(); SocketChannel channel = (SocketChannel) System.inheritedChannel()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            selector.select();
            ByteBuffer line = ByteBuffer.allocate(100);
            channel.read(line);
            line.flip();
            while (line.hasRemaining()) {
                channel.write(line);
            }
            try (OwnedFd duplicate = OwnedFd.duplicateOf(channel)) {
                System.out.println(key.isReadable() + " " + duplicate.isOpen());
            }
        }
    }
}
