// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.echo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/** Echoes what comes on any connection, in one loop on a selector: the same for each provider. */
final class NioEcho implements Runnable {

    private final Selector selector;
    private final SelectionKey listener;
    private final Accept accept;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(EchoServer.BYTES);

    /** How a listener accepts, since not every listener is a {@code ServerSocketChannel}. */
    @FunctionalInterface
    interface Accept {

        SocketChannel next() throws IOException;
    }

    NioEcho(Selector selector, SelectableChannel listener, Accept accept) throws IOException {
        this.selector = selector;
        this.accept = accept;
        listener.configureBlocking(false);
        this.listener = listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public void run() {
        try {
            for (;;) {
                turn();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // A method of its own, since in a loop that was compiled while it ran (OSR) no compiler does away with the iterators.
    private void turn() throws IOException {
        selector.select();
        for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
            SelectionKey key = i.next();
            i.remove();
            if (key == listener) {
                accept();
            } else {
                echo((SocketChannel) key.channel());
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel connection = accept.next();
        if (connection != null) {
            connection.configureBlocking(false);
            connection.register(selector, SelectionKey.OP_READ);
        }
    }

    private void echo(SocketChannel connection) throws IOException {
        if (connection.read(buffer.clear()) < 0) {
            connection.close();
        } else {
            connection.write(buffer.flip());
        }
    }
}
