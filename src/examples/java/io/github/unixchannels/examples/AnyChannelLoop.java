// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;

/** A selector loop that sends back whatever comes, on whatever channel is registered, until it is stopped. Nothing in it but NIO. */
final class AnyChannelLoop implements Callable<Void> {

    private final Selector selector;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(256 << 10);
    private volatile boolean stopped;

    /** The selector has listeners registered for OP_ACCEPT, and datagram channels for OP_READ. */
    AnyChannelLoop(Selector selector) {
        this.selector = selector;
    }

    @Override
    public Void call() throws IOException {
        while (!stopped) {
            selector.select(this::handle);
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        return null;
    }

    void stop() {
        stopped = true;
        selector.wakeup();
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel());
            } else if (key.channel() instanceof DatagramChannel channel) {
                answer(channel);
            } else {
                echo(key, (SocketChannel) key.channel());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel listener) throws IOException {
        SocketChannel client = listener.accept();
        client.configureBlocking(false);
        client.register(selector, SelectionKey.OP_READ, ByteBuffer.allocateDirect(256 << 10));
    }

    /** A sender waits for its answer before it sends more, so there is room for it. */
    private void answer(DatagramChannel channel) throws IOException {
        SocketAddress sender = channel.receive(datagram.clear());
        if (sender != null && channel.send(datagram.flip(), sender) == 0) {
            throw new IOException("no room at " + sender);
        }
    }

    /** Writes back what it reads; when there is no room for it yet, keeps it until there is. */
    private static void echo(SelectionKey key, SocketChannel client) throws IOException {
        ByteBuffer bytes = (ByteBuffer) key.attachment();
        if (key.isReadable()) {
            if (client.read(bytes) < 0) {
                client.close();
                return;
            }
            bytes.flip();
        }
        client.write(bytes);
        if (bytes.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
        } else {
            bytes.clear();
            key.interestOps(SelectionKey.OP_READ);
        }
    }
}
