// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** SEQPACKET: a selector loop answers; the client sends from one thread and reads the answers in another. */
final class SeqpacketExchange implements Exchange {

    @Override
    public Report run(List<byte[]> messages) throws Exception {
        long start = System.nanoTime();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET)) {
            listener.bind(AbstractSocketAddress.AUTOBIND);
            EchoLoop server = new EchoLoop(listener);
            Future<?> serving = threads.submit(server);

            long kept = 0;
            try (UnixSocketChannel client = UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET, listener.getLocalAddress())) {
                Future<?> sending = threads.submit(() -> send(messages, client));
                for (byte[] sent : messages) {
                    kept += Arrays.equals(sent, receive(client, sent.length + 1)) ? 1 : 0;
                }
                sending.get();
            }
            serving.get();

            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            long bytes = 2 * messages.stream().mapToLong(message -> message.length).sum();
            kept += server.kept(messages);
            return new Report("SEQPACKET, selector", 2L * messages.size(), bytes, kept, server.refused(), server.peer(), elapsed);
        } finally {
            threads.shutdown();
        }
    }

    private static Void send(List<byte[]> messages, UnixSocketChannel client) throws IOException {
        for (byte[] message : messages) {
            client.write(ByteBuffer.wrap(message));
        }
        return null;
    }

    /** One read is one message, or the part of it for which there is room. */
    private static byte[] receive(UnixSocketChannel client, int room) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(room);
        client.read(buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
