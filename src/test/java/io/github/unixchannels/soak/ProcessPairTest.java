// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.soak;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Messages of all types, with and without descriptors, to another process that sends them back: each comes back once, as it was and in its
 * order. STREAM by a thread that waits, SEQPACKET by a selector, DGRAM by a virtual thread where there are such. {@code -Dsoak.seconds=1800}
 * is the long form.
 */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class ProcessPairTest {

    private static final int SECONDS = Integer.getInteger("soak.seconds", 5);

    /** How many messages are underway; the queue of a datagram socket takes as many. */
    private static final int WINDOW = 8;

    private final String name = AbstractNames.uniqueText();
    private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder descriptors = new LongAdder();

    /** A channel that sends and receives with what travels beside. */
    private interface Ends {
        int send(ByteBuffer src, AncillaryData beside) throws IOException;

        MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException;
    }

    @Test
    void allThatGoesToAnotherProcessComesBack() throws Exception {
        UnixServerSocketChannel stream = UnixServerSocketChannel.open(UnixProtocolFamily.STREAM);
        UnixServerSocketChannel seqpacket = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET);
        try (stream; seqpacket; UnixDatagramChannel datagrams = UnixDatagramChannel.open()) {
            stream.bind(AbstractSocketAddress.of(name + UnixProtocolFamily.STREAM));
            seqpacket.bind(AbstractSocketAddress.of(name + UnixProtocolFamily.SEQPACKET));
            datagrams.bind(AbstractSocketAddress.of(name + UnixProtocolFamily.DGRAM));
            List<String> command = ChildJvm.command(EchoProcess.class, "-Dname=" + name);
            Process echo = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            try (UnixSocketChannel ofStream = stream.accept(); UnixSocketChannel ofSeqpacket = seqpacket.accept()) {
                assertEquals("connected", echo.inputReader().readLine());
                datagrams.connect(AbstractSocketAddress.of(name + "back"));
                List<FutureTask<Void>> tasks = List.of(
                        start(false, () -> exchange(new Waiting(ofStream), true, 1)),
                        start(false, () -> select(ofSeqpacket)),
                        start(VirtualThreadStarter.isAvailable(), () -> exchange(new Datagrams(datagrams), false, 3)));
                for (FutureTask<Void> task : tasks) {
                    task.get(SECONDS + 60, TimeUnit.SECONDS);
                }
                datagrams.write(ByteBuffer.wrap(new byte[] {EchoProcess.END}));
                ofStream.shutdownOutput();
                ofSeqpacket.shutdownOutput();
                assertEquals(0, echo.waitFor());
            } finally {
                echo.destroyForcibly().waitFor();
                echo.inputReader().close();
                echo.outputWriter().close();
            }
        }
        if (SECONDS > 60) {
            System.out.println(messages + " messages, " + bytes + " bytes, " + descriptors + " descriptors, lost 0, leaked 0");
        }
        assertTrue(messages.sum() > 0 && descriptors.sum() > 0);
    }

    private interface Task {
        void run() throws IOException;
    }

    private static FutureTask<Void> start(boolean virtual, Task task) {
        FutureTask<Void> future = new FutureTask<>(() -> {
            task.run();
            return null;
        });
        (virtual ? VirtualThreadStarter.unstarted(future) : new Thread(future)).start();
        return future;
    }

    private record Waiting(UnixSocketChannel channel) implements Ends {
        @Override
        public int send(ByteBuffer src, AncillaryData beside) throws IOException {
            return channel.send(src, beside);
        }

        @Override
        public MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException {
            return channel.receive(dst, beside);
        }
    }

    private record Datagrams(UnixDatagramChannel channel) implements Ends {
        @Override
        public int send(ByteBuffer src, AncillaryData beside) throws IOException {
            return channel.send(src, beside);
        }

        @Override
        public MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException {
            return channel.receive(dst, beside);
        }
    }

    /** A non-blocking channel, by a selector of its own. */
    private record Selecting(UnixSocketChannel channel, Selector selector, SelectionKey key) implements Ends {
        @Override
        public int send(ByteBuffer src, AncillaryData beside) throws IOException {
            for (;;) {
                int n = channel.send(src, beside);
                if (n >= 0) {
                    return n;
                }
                await(SelectionKey.OP_WRITE);
            }
        }

        @Override
        public MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException {
            for (;;) {
                MessageInfo info = channel.receive(dst, beside);
                if (info != null) {
                    return info;
                }
                await(SelectionKey.OP_READ);
            }
        }

        private void await(int operation) throws IOException {
            key.interestOps(operation);
            selector.select();
            selector.selectedKeys().clear();
        }
    }

    private void select(UnixSocketChannel channel) throws IOException {
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            SelectionKey key = channel.configureBlocking(false).register(selector, 0);
            exchange(new Selecting(channel, selector, key), false, 2);
        }
        channel.configureBlocking(true);
    }

    private void exchange(Ends ends, boolean stream, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer back = ByteBuffer.allocateDirect(EchoProcess.MOST_BYTES);
        try (AncillaryData beside = AncillaryData.create(); OwnedFd file = OwnedFd.memory("soak", 1)) {
            while (System.nanoTime() < end) {
                List<byte[]> underway = new ArrayList<>();
                List<Integer> counts = new ArrayList<>();
                for (int i = random.nextInt(1, WINDOW + 1); i > 0; i--) {
                    byte[] message = new byte[random.nextInt(2, EchoProcess.MOST_BYTES / WINDOW)];
                    random.nextBytes(message);
                    int count = random.nextInt(4) == 0 ? random.nextInt(1, 5) : 0;
                    for (int j = 0; j < count; j++) {
                        beside.descriptor(file);
                    }
                    assertEquals(message.length, ends.send(ByteBuffer.wrap(message), beside));
                    underway.add(message);
                    counts.add(count);
                }
                int missing = 0;
                for (int i = 0; i < underway.size(); i++) {
                    missing += counts.get(i) - receive(ends, back, beside, underway.get(i), stream);
                    assertTrue(stream || missing == 0, "descriptors travel with their message");
                }
                assertEquals(0, missing); // on STREAM they come with bytes that may begin before theirs
            }
        }
    }

    /** Returns how many descriptors came. */
    private int receive(Ends ends, ByteBuffer back, AncillaryData beside, byte[] expected, boolean stream) throws IOException {
        back.clear().limit(stream ? expected.length : back.capacity());
        int came = 0;
        do {
            MessageInfo info = ends.receive(back, beside);
            assertTrue(!info.isEnd() && !info.isControlTruncated() && !info.isTruncated(), info::toString);
            for (; beside.descriptorCount() > 0; came++) {
                try (OwnedFd fd = beside.takeDescriptor()) {
                    assertEquals(OwnedFd.Kind.REGULAR_FILE, fd.kind());
                }
            }
        } while (stream && back.hasRemaining());
        byte[] actual = new byte[back.position()];
        back.get(0, actual);
        assertArrayEquals(expected, actual);
        messages.increment();
        bytes.add(actual.length);
        descriptors.add(came);
        return came;
    }
}
