// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSelectorProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A selector loop that sends every datagram back to its sender, until an empty one comes. Nothing in it but NIO. */
final class DatagramEchoLoop implements Callable<Void> {

    private final UnixDatagramChannel channel;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(256 << 10);
    private final List<Integer> lengths = new ArrayList<>();
    private SocketAddress sender;
    private long refused;
    private boolean ended;

    DatagramEchoLoop(UnixDatagramChannel channel) {
        this.channel = channel;
    }

    @Override
    public Void call() throws IOException {
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            while (!ended) {
                selector.select(this::handle);
            }
        }
        return null;
    }

    private void handle(SelectionKey key) {
        try {
            echo(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Receives one datagram and sends it back; when its sender has no room for it yet, keeps it until there is. */
    private void echo(SelectionKey key) throws IOException {
        if (key.isReadable()) {
            sender = channel.receive(datagram.clear());
            datagram.flip();
            ended = !datagram.hasRemaining();
            if (ended) {
                return;
            }
            lengths.add(datagram.remaining());
        }
        channel.send(datagram, sender);
        if (datagram.hasRemaining()) {
            refused++;
            key.interestOps(SelectionKey.OP_WRITE);
        } else {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    /** How many datagrams came with the length they were sent with. To be asked when the loop has ended. */
    long kept(List<byte[]> sent) {
        long kept = 0;
        for (int i = 0; i < Math.min(sent.size(), lengths.size()); i++) {
            kept += sent.get(i).length == lengths.get(i) ? 1 : 0;
        }
        return kept;
    }

    /** How often a sender had no room for its answer. To be asked when the loop has ended. */
    long refused() {
        return refused;
    }
}
