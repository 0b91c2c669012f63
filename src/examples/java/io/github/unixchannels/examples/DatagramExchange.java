// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixDatagramChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * DGRAM without a connection: a selector loop answers whoever sent; the client sends from one thread and receives the answers in another.
 *
 * <p>The server reads nothing until its queue has refused a datagram. Messages too few to fill it are sent over again.
 */
final class DatagramExchange implements Exchange {

    private static final ByteBuffer END = ByteBuffer.allocate(0);

    @Override
    public Report run(List<byte[]> messages) throws Exception {
        long start = System.nanoTime();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (UnixDatagramChannel channel = UnixDatagramChannel.open().bind(AbstractSocketAddress.AUTOBIND);
                UnixDatagramChannel client = UnixDatagramChannel.open().bind(AbstractSocketAddress.AUTOBIND)) {
            SocketAddress address = channel.getLocalAddress();
            int taken = sendUntilRefused(messages, client, address);
            List<byte[]> all = repeated(messages, taken + 1);

            DatagramEchoLoop server = new DatagramEchoLoop(channel);
            Future<?> serving = threads.submit(server);
            Future<?> sending = threads.submit(() -> send(all.subList(taken, all.size()), client, address));
            long kept = 0;
            for (byte[] sent : all) {
                kept += Arrays.equals(sent, receive(client, sent.length + 1, address)) ? 1 : 0;
            }
            sending.get();
            client.send(END, address);
            serving.get();

            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            long bytes = 2 * all.stream().mapToLong(message -> message.length).sum();
            kept += server.kept(all);
            return new Report("DGRAM, selector", 2L * all.size(), bytes, kept, 1 + server.refused(), null, elapsed);
        } finally {
            threads.shutdown();
        }
    }

    /** Sends to a queue that nobody reads until it is full. Returns how many it took; the next one was refused. */
    private static int sendUntilRefused(List<byte[]> messages, UnixDatagramChannel client, SocketAddress server) throws IOException {
        client.configureBlocking(false);
        int taken = 0;
        while (client.send(ByteBuffer.wrap(messages.get(taken % messages.size())), server) > 0) {
            taken++;
        }
        client.configureBlocking(true);
        return taken;
    }

    /** All the messages, as often as it takes to have so many. */
    private static List<byte[]> repeated(List<byte[]> messages, int atLeast) {
        List<byte[]> all = new ArrayList<>(messages);
        while (all.size() < atLeast) {
            all.addAll(messages);
        }
        return all;
    }

    /** In blocking mode a send waits until the receiver has room. */
    private static Void send(List<byte[]> messages, UnixDatagramChannel client, SocketAddress server) throws IOException {
        for (byte[] message : messages) {
            client.send(ByteBuffer.wrap(message), server);
        }
        return null;
    }

    /** What is received is one datagram, or the part of it for which there is room. */
    private static byte[] receive(UnixDatagramChannel client, int room, SocketAddress server) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(room);
        SocketAddress sender = client.receive(buffer);
        if (!sender.equals(server)) {
            throw new IOException("answered by " + sender);
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
