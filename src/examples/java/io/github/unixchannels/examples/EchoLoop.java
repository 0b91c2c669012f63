// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.UnixSocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A selector loop that sends every message back, until its one client has gone. Nothing in it but NIO. */
final class EchoLoop implements Callable<Void> {

    private final UnixServerSocketChannel listener;
    private final List<Integer> lengths = new ArrayList<>();
    private UnixSocketChannel client;
    private PeerCredentials peer;
    private long refused;

    EchoLoop(UnixServerSocketChannel listener) {
        this.listener = listener;
    }

    @Override
    public Void call() throws IOException {
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            while (client == null || client.isOpen()) {
                selector.select(this::handle);
            }
        }
        return null;
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept(key);
            } else {
                echo(key);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(SelectionKey key) throws IOException {
        client = listener.accept();
        peer = client.getOption(UnixSocketOptions.SO_PEERCRED);
        client.configureBlocking(false);
        client.register(key.selector(), SelectionKey.OP_READ, ByteBuffer.allocateDirect(256 << 10));
        key.cancel(); // one client is all there will be
    }

    /** Reads one message and writes it back; when there is no room for it yet, keeps it until there is. */
    private void echo(SelectionKey key) throws IOException {
        ByteBuffer message = (ByteBuffer) key.attachment();
        if (key.isReadable()) {
            int length = client.read(message);
            if (length < 0) {
                client.close();
                return;
            }
            lengths.add(length);
            message.flip();
        }
        client.write(message);
        if (message.hasRemaining()) {
            refused++;
            key.interestOps(SelectionKey.OP_WRITE);
        } else {
            message.clear();
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    /** How many messages came with the length they were sent with. To be asked when the loop has ended. */
    long kept(List<byte[]> sent) {
        long kept = 0;
        for (int i = 0; i < Math.min(sent.size(), lengths.size()); i++) {
            kept += sent.get(i).length == lengths.get(i) ? 1 : 0;
        }
        return kept;
    }

    /** How often there was no room for an answer. To be asked when the loop has ended. */
    long refused() {
        return refused;
    }

    /** Who connected. To be asked when the loop has ended. */
    PeerCredentials peer() {
        return peer;
    }
}
