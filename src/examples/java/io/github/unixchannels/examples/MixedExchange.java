// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * SEQPACKET and DGRAM of this library, TCP and UDP of the Java platform, in one selector: four clients at the same time, each waiting for
 * an answer before it sends the next message.
 */
final class MixedExchange implements Exchange {

    @Override
    public Report run(List<byte[]> messages) throws Exception {
        long start = System.nanoTime();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixServerSocketChannel seqpacket = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET);
                UnixDatagramChannel dgram = UnixDatagramChannel.open();
                ServerSocketChannel tcp = ServerSocketChannel.open();
                DatagramChannel udp = DatagramChannel.open()) {
            register(selector, seqpacket.bind(AbstractSocketAddress.AUTOBIND), SelectionKey.OP_ACCEPT);
            register(selector, dgram.bind(AbstractSocketAddress.AUTOBIND), SelectionKey.OP_READ);
            register(selector, tcp.bind(freePort()), SelectionKey.OP_ACCEPT);
            register(selector, udp.bind(freePort()), SelectionKey.OP_READ);
            AnyChannelLoop server = new AnyChannelLoop(selector);
            Future<?> serving = threads.submit(server);

            List<Callable<Long>> clients = List.of(
                    () -> exchange(UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET, seqpacket.getLocalAddress()), messages),
                    () -> exchange(UnixDatagramChannel.open().bind(null).connect(dgram.getLocalAddress()), messages),
                    () -> exchange(SocketChannel.open(tcp.getLocalAddress()), messages),
                    () -> exchange(DatagramChannel.open().connect(udp.getLocalAddress()), messages));
            long answered = 0;
            for (Future<Long> client : threads.invokeAll(clients)) {
                answered += client.get();
            }
            server.stop();
            serving.get();

            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            long bytes = 2 * messages.stream().mapToLong(message -> message.length).sum();
            return new Report("and TCP, UDP", 8L * messages.size(), 4 * bytes, 2 * answered, 0, null, elapsed);
        } finally {
            threads.shutdown();
        }
    }

    private static InetSocketAddress freePort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void register(Selector selector, SelectableChannel channel, int interest) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, interest);
    }

    /** Returns how many answers were what had been sent. Closes the client. */
    private static long exchange(ByteChannel client, List<byte[]> messages) throws IOException {
        try (client) {
            long same = 0;
            for (byte[] sent : messages) {
                client.write(ByteBuffer.wrap(sent));
                same += Arrays.equals(sent, receive(client, sent.length)) ? 1 : 0;
            }
            return same;
        }
    }

    /** One read is one message, or a part of it if there is no more room; TCP knows no messages, and may bring it in parts. */
    private static byte[] receive(ByteChannel client, int length) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(length + 1);
        boolean messages = client instanceof UnixSocketChannel || client instanceof DatagramChannel;
        do {
            if (client.read(answer) < 0) {
                throw new IOException("ended after " + answer.position() + " of " + length + " bytes");
            }
        } while (answer.position() < length && !messages);
        return Arrays.copyOf(answer.array(), answer.position());
    }
}
