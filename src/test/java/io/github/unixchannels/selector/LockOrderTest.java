// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static io.github.unixchannels.support.BackgroundCall.soon;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.BackgroundCall;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No two threads wait for each other, whatever they do with the same few selectors and channels: register, change, cancel, look for keys,
 * select in every form, change the mode, and close. {@code -Dsoak=true} does a hundred times as much.
 */
@Timeout(1800)
class LockOrderTest {

    private static final int THREADS = 8;
    private static final int OPERATIONS = Boolean.getBoolean("soak") ? 300_000 : 3_000;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final AtomicReferenceArray<Selector> selectors = new AtomicReferenceArray<>(2);
    private final AtomicReferenceArray<SelectableChannel> channels = new AtomicReferenceArray<>(Kind.values().length);
    private volatile boolean over;

    private enum Kind {
        STREAM,
        SEQPACKET,
        DGRAM,
        SERVER,
        UDP,
        UDP_TOO,
        TCP,
        TCP_SERVER,
        PLATFORM_UNIX,
        PIPE_SOURCE,
        PIPE_SINK;

        SelectableChannel open() throws IOException {
            SelectableChannel channel = switch (this) {
                case STREAM -> UnixSocketChannel.open(UnixProtocolFamily.STREAM);
                case SEQPACKET -> first(UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET));
                case DGRAM -> UnixDatagramChannel.open();
                case SERVER -> UnixServerSocketChannel.open(UnixProtocolFamily.STREAM).bind(null);
                case UDP, UDP_TOO -> DatagramChannel.open();
                case TCP -> SocketChannel.open();
                case TCP_SERVER -> ServerSocketChannel.open().bind(ANY_PORT);
                case PLATFORM_UNIX -> SocketChannel.open(StandardProtocolFamily.UNIX);
                case PIPE_SOURCE -> {
                    Pipe pipe = Pipe.open();
                    pipe.sink().close();
                    yield pipe.source();
                }
                case PIPE_SINK -> {
                    Pipe pipe = UnixSelectorProvider.provider().openPipe();
                    pipe.source().close();
                    yield pipe.sink();
                }
            };
            return channel.configureBlocking(false);
        }

        private static SelectableChannel first(UnixSocketChannel.Pair pair) throws IOException {
            pair.second().close();
            return pair.first();
        }
    }

    @RepeatedTest(3)
    void noTwoThreadsWaitForEachOther() throws Exception {
        long seed = System.nanoTime();
        System.out.println("LockOrderTest: seed " + seed);
        for (int i = 0; i < selectors.length(); i++) {
            selectors.set(i, UnixSelectorProvider.provider().openSelector());
        }
        for (Kind kind : Kind.values()) {
            channels.set(kind.ordinal(), kind.open());
        }
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            tasks.add(start(() -> {
                for (int n = 0; n < OPERATIONS; n++) {
                    step(random);
                }
            }));
        }
        FutureTask<Void> waking = start(() -> {
            while (!over) {
                for (int i = 0; i < selectors.length(); i++) {
                    selectors.get(i).wakeup();
                }
                Thread.yield();
            }
        });
        awaitAll(tasks, seed);
        over = true;
        waking.get();
        for (int i = 0; i < selectors.length(); i++) {
            selectors.get(i).close();
        }
        for (Kind kind : Kind.values()) {
            channels.get(kind.ordinal()).close();
        }
    }

    /** Holds a channel's key lock, in the channel's registration, until it is let go. */
    private static final class HoldingSelector extends AbstractSelector {

        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);

        HoldingSelector() {
            super(null);
        }

        @Override
        protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
            entered.countDown();
            try {
                letGo.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            throw new IllegalSelectorException();
        }

        @Override
        protected void implCloseSelector() {}

        @Override
        public Set<SelectionKey> keys() {
            return Set.of();
        }

        @Override
        public Set<SelectionKey> selectedKeys() {
            return Set.of();
        }

        @Override
        public int selectNow() {
            return 0;
        }

        @Override
        public int select(long timeout) {
            return 0;
        }

        @Override
        public int select() {
            return 0;
        }

        @Override
        public Selector wakeup() {
            return this;
        }
    }

    /** Who cancels may hold the very lock that the selection waits for. */
    @Test
    void cancellingDoesNotWaitForASelectionThatWaitsForAKeyLock() throws Exception {
        HoldingSelector holding = new HoldingSelector();
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                SelectableChannel held = Kind.STREAM.open();
                SelectableChannel other = Kind.DGRAM.open()) {
            SelectionKey dropped = held.register(selector, 0);
            SelectionKey cancelled = other.register(selector, 0);
            selector.selectNow();
            dropped.cancel();
            BackgroundCall<SelectionKey> registering = BackgroundCall.start(() -> held.register(holding, 0));
            holding.entered.await();
            BackgroundCall<Integer> selecting = BackgroundCall.start(selector::selectNow);
            soon().until(() -> !selector.keys().contains(dropped)); // and now it wants the key lock

            BackgroundCall<Void> cancelling = BackgroundCall.start(() -> {
                cancelled.cancel();
                return null;
            });
            try {
                soon().until(cancelling::isDone);
                assertFalse(selecting.isDone());
            } finally {
                holding.letGo.countDown();
            }
            assertInstanceOf(IllegalSelectorException.class, registering.failure());
            assertEquals(0, selecting.result());
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static FutureTask<Void> start(Work work) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            work.run();
            return null;
        });
        Thread thread = new Thread(task, "lock order");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static void awaitAll(List<FutureTask<Void>> tasks, long seed) throws InterruptedException, ExecutionException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofMinutes(25)).until(() -> {
            long[] deadlocked = threads.findDeadlockedThreads();
            assertNull(deadlocked, () -> "seed " + seed + ": " + describe(threads.getThreadInfo(deadlocked, true, true)));
            return tasks.stream().allMatch(FutureTask::isDone);
        });
        for (FutureTask<Void> task : tasks) {
            task.get();
        }
    }

    private static String describe(ThreadInfo... infos) {
        StringBuilder text = new StringBuilder();
        for (ThreadInfo info : infos) {
            text.append(info);
        }
        return text.toString();
    }

    private void step(Random random) throws IOException {
        int place = random.nextInt(channels.length());
        SelectableChannel channel = channels.get(place);
        int selectorPlace = random.nextInt(selectors.length());
        Selector selector = selectors.get(selectorPlace);
        try {
            switch (random.nextInt(18)) {
                case 0, 1, 2, 3 -> channel.register(selector, random.nextInt(32) & channel.validOps());
                case 4, 5 -> cancel(channel.keyFor(selector));
                case 6 -> selector.keys().forEach(SelectionKey::cancel);
                case 7 -> selector.selectNow();
                case 8 -> selector.select(1);
                case 9 -> selector.select();
                case 10 -> selector.selectNow(key -> act(key, random.nextInt(4)));
                case 11 -> selector.select(key -> act(key, random.nextInt(4)));
                case 12 -> selector.select(key -> act(key, random.nextInt(4)), 1);
                case 13 -> clear(selector.selectedKeys());
                case 14 -> channel.configureBlocking(random.nextInt(4) == 0);
                case 15 -> change(channel.keyFor(selector), random);
                case 16 -> replace(channel, place);
                default -> replace(selector, selectorPlace);
            }
        } catch (ClosedChannelException | CancelledKeyException | ClosedSelectorException | IllegalBlockingModeException e) {
            // by another thread
        }
    }

    private static void cancel(SelectionKey key) {
        if (key != null) {
            key.cancel();
        }
    }

    private static void act(SelectionKey key, int what) {
        if (what == 0) {
            key.cancel();
        } else if (what == 1 && key.isValid()) {
            key.channel().keyFor(key.selector());
        }
    }

    private static void clear(Set<SelectionKey> selected) {
        synchronized (selected) {
            selected.clear();
        }
    }

    private static void change(SelectionKey key, Random random) {
        if (key != null) {
            key.interestOps(random.nextInt(32) & key.channel().validOps() & ~OP_CONNECT);
        }
    }

    private void replace(SelectableChannel channel, int place) throws IOException {
        SelectableChannel other = Kind.values()[place].open();
        if (!channels.compareAndSet(place, channel, other)) {
            other.close();
        }
        channel.close();
    }

    private void replace(Selector selector, int place) throws IOException {
        Selector other = UnixSelectorProvider.provider().openSelector();
        if (!selectors.compareAndSet(place, selector, other)) {
            other.close();
        }
        selector.close();
    }
}
