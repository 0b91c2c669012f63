// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Register, cancel, close, select and wake-up, against each other, with channels of the Java platform and ours in one selector: every
 * byte arrives, and no descriptor is left. {@code -Dsoak=true} makes 200,000 rounds of it.
 */
@ExtendWith(NothingLeaks.class)
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class PlatformRaceTest {

    private static final int ROUNDS = Boolean.getBoolean("soak") ? 200_000 : 4_000;
    private static final int LANES = 4;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong received = new AtomicLong();
    private long sent;

    @Test
    void everyByteArrivesAndEveryDescriptorComesBack() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                ServerSocketChannel server = ServerSocketChannel.open().bind(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Future<?> selecting = threads.submit(loop(() -> select(selector)));
            Future<?> waking = threads.submit(loop(selector::wakeup));
            race(selector, server);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while ((received.get() < sent || !selector.keys().isEmpty()) && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            over.set(true);
            selector.wakeup();
            selecting.get(60, TimeUnit.SECONDS);
            waking.get(60, TimeUnit.SECONDS);
            assertEquals(sent, received.get());
            assertTrue(selector.keys().isEmpty(), () -> "keys left: " + selector.keys());
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    private void race(Selector selector, ServerSocketChannel server) throws IOException {
        Random random = new Random(20_417);
        for (int round = 0; round < ROUNDS; round++) {
            switch (round % LANES) {
                case 0 -> passing(SocketChannel.open(), selector, random);
                case 1 -> passing(DatagramChannel.open(), selector, random);
                case 2 -> {
                    SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    carry(client, server.accept(), selector, random);
                }
                default -> {
                    UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                    carry(pair.first(), pair.second(), selector, random);
                }
            }
        }
    }

    /** Comes and goes without a byte. */
    private static void passing(SelectableChannel channel, Selector selector, Random random) throws IOException {
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, random.nextBoolean() ? 0 : OP_READ & channel.validOps());
        int what = random.nextInt(3);
        if (what == 0) {
            key.cancel();
        } else if (what == 1) {
            try {
                key.interestOps(random.nextInt(OP_READ | OP_WRITE) & channel.validOps());
            } catch (CancelledKeyException e) {
                // by the selecting thread, which met the end
            }
        }
        channel.close();
    }

    /** Some bytes go from one end to the other, which is registered and closes once it has read to the end. */
    private void carry(SelectableChannel from, SelectableChannel to, Selector selector, Random random) throws IOException {
        to.configureBlocking(false);
        to.register(selector, OP_READ);
        try (from) {
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                sent += ((WritableByteChannel) from).write(ByteBuffer.allocate(1));
            }
        }
    }

    private int select(Selector selector) throws IOException {
        selector.select(1);
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.isValid() && key.channel() instanceof SocketChannel channel) {
                drain(channel, key);
            }
        }
        selector.selectedKeys().clear();
        return 0;
    }

    private void drain(SocketChannel channel, SelectionKey key) throws IOException {
        if (!channel.isConnected()) {
            key.cancel();
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(64);
        int n = channel.read(buffer);
        if (n > 0) {
            received.addAndGet(n);
        } else if (n < 0) {
            channel.close();
        }
    }

    private Callable<?> loop(Callable<?> step) {
        return () -> {
            while (!over.get()) {
                step.call();
            }
            return null;
        };
    }
}
