// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BufferKind;
import io.github.unixchannels.support.Payload;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of random messages, written and read by random buffers, against a model of what a read returns: as much of the oldest
 * message as fits. A failure names its seed.
 */
class SeqpacketModelTest {

    private static final int MESSAGES = 3000;
    private static final int LARGEST_ROOM_BYTES = 300 << 10;
    private static final int MEMORY_BYTES = 4 << 20;

    private final byte[] pool = Payload.bytes(4 * Payload.LONGEST_MESSAGE_BYTES);

    /** What was sent and not yet read, the oldest first. */
    private final Deque<ByteBuffer> model = new ArrayDeque<>();

    /** Where buffers are cut from, and up to where that is done. */
    private final ByteBuffer heap = ByteBuffer.allocate(MEMORY_BYTES);
    private final ByteBuffer direct = ByteBuffer.allocateDirect(MEMORY_BYTES);

    /** Whether send(2) is to send an empty message, which no channel does, whatever it is given. */
    private boolean sendNothing;

    private UnixSocketChannel.Pair pair;
    private Random random;

    static LongStream seeds() {
        return LongStream.of(1, 2, 3, System.nanoTime());
    }

    @BeforeEach
    void open() throws IOException {
        pair = new UnixSelectorProvider(this::syscalls).openSocketPair(UnixProtocolFamily.SEQPACKET);
        pair.first().configureBlocking(false);
    }

    private Syscalls syscalls() {
        Syscalls real = HostSyscalls.get();
        ClassLoader loader = Syscalls.class.getClassLoader();
        return (Syscalls) Proxy.newProxyInstance(loader, new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
            if (!sendNothing || !method.getName().equals("send")) {
                return method.invoke(real, arguments);
            }
            Object asked = arguments[2];
            arguments[2] = 0L;
            long n = (Long) method.invoke(real, arguments);
            return n == 0 ? asked : (Object) n;
        });
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aReadReturnsAsMuchOfTheOldestMessageAsFits(long seed) throws IOException {
        try {
            run(new Random(seed));
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private void run(Random seeded) throws IOException {
        random = seeded;
        for (int sent = 0; sent < MESSAGES; ) {
            int burst = 1 + random.nextInt(12);
            for (boolean room = true; room && burst > 0 && sent < MESSAGES; burst--) {
                room = send();
                sent += room ? 1 : 0;
            }
            for (int reads = random.nextInt(20); reads > 0; reads--) {
                read();
            }
        }
        while (!model.isEmpty()) {
            read();
        }
        pair.first().close();
        assertEquals(-1, pair.second().read(ByteBuffer.allocate(1)));
    }

    /** Sends one message if there is room; returns whether there was. */
    private boolean send() throws IOException {
        int length = messageBytes();
        int from = random.nextInt(pool.length - length + 1);
        boolean sent = length == 0 ? sendEmpty() : sendBytes(from, length);
        if (sent) {
            model.add(ByteBuffer.wrap(pool, from, length));
        }
        return sent;
    }

    private boolean sendEmpty() throws IOException {
        sendNothing = true;
        try {
            return pair.first().write(ByteBuffer.allocate(1)) == 1;
        } finally {
            sendNothing = false;
        }
    }

    private boolean sendBytes(int from, int length) throws IOException {
        ByteBuffer[] srcs = new ByteBuffer[random.nextInt(4) == 0 ? 1 + random.nextInt(1100) : 1 + random.nextInt(3)];
        int[] cuts = cuts(length, srcs.length);
        for (int i = 0; i < srcs.length; i++) {
            ByteBuffer src = anyRoom(cuts[i + 1] - cuts[i]);
            src.put(src.position(), pool, from + cuts[i], src.remaining());
            srcs[i] = random.nextInt(4) == 0 ? src.asReadOnlyBuffer() : src;
        }
        long n = srcs.length == 1 ? pair.first().write(srcs[0]) : pair.first().write(srcs);
        assertTrue(n == 0 || n == length, () -> "a part of a message was written: " + n + " of " + length);
        for (int i = 0; i < srcs.length; i++) {
            assertEquals(n == 0 ? cuts[i + 1] - cuts[i] : 0, srcs[i].remaining());
        }
        return n > 0;
    }

    private void read() throws IOException {
        boolean blocking = model.stream().anyMatch(ByteBuffer::hasRemaining) && random.nextBoolean();
        pair.second().configureBlocking(blocking);
        ByteBuffer[] dsts = new ByteBuffer[random.nextInt(3) == 0 ? 1 + random.nextInt(6) : 1];
        for (int i = 0; i < dsts.length; i++) {
            dsts[i] = anyRoom(roomBytes());
        }
        boolean scatter = dsts.length > 1 || random.nextInt(4) == 0;
        long n = scatter ? pair.second().read(dsts) : pair.second().read(dsts[0]);
        assertEquals(expect(dsts, blocking), n);
    }

    /** Takes from the model what one read into these buffers takes, and checks that they have it. Returns how many bytes. */
    private long expect(ByteBuffer[] dsts, boolean blocking) {
        int room = Arrays.stream(dsts).mapToInt(dst -> dst.limit() - BufferKind.MARGIN).sum();
        while (room > 0 && blocking && !model.peek().hasRemaining()) {
            model.poll();
        }
        ByteBuffer oldest = room == 0 || model.isEmpty() ? ByteBuffer.allocate(0) : model.peek();
        long total = 0;
        for (ByteBuffer dst : dsts) {
            int n = Math.min(oldest.remaining(), dst.limit() - BufferKind.MARGIN);
            ByteBuffer expected = oldest.slice(oldest.position(), n);
            assertEquals(-1, expected.mismatch(ByteBuffer.wrap(BufferKind.taken(dst))), "other bytes, or in other buffers");
            BufferKind.assertMarginsUntouched(dst);
            oldest.position(oldest.position() + n);
            total += n;
        }
        if (room > 0 && !oldest.hasRemaining()) {
            model.poll();
        }
        return total;
    }

    /** A buffer with so much room, of any kind of memory, which is used for another after some time. */
    private ByteBuffer anyRoom(int bytes) {
        ByteBuffer memory = random.nextBoolean() ? heap : direct;
        int needed = bytes + 2 * BufferKind.MARGIN;
        if (memory.remaining() < needed) {
            memory.clear();
        }
        ByteBuffer cut = memory.slice(memory.position(), needed);
        memory.position(memory.position() + needed);
        return BufferKind.roomIn(cut);
    }

    private int messageBytes() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 1 + random.nextInt(10);
            case 2, 3 -> 1 + random.nextInt(5_000);
            case 4 -> 1 + random.nextInt(40_000);
            default -> random.nextInt(3) == 0 ? Payload.LONGEST_MESSAGE_BYTES : 1 + random.nextInt(Payload.LONGEST_MESSAGE_BYTES);
        };
    }

    private int roomBytes() {
        return switch (random.nextInt(6)) {
            case 0 -> 1 + random.nextInt(3);
            case 1, 2 -> 1 + random.nextInt(6_000);
            case 3 -> (16 << 10) - 2 + random.nextInt(5);
            case 4 -> random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(100_000);
            default -> 1 + random.nextInt(LARGEST_ROOM_BYTES);
        };
    }

    /** Where to cut {@code length} bytes into {@code parts}, some of them perhaps empty: 0, ..., length. */
    private int[] cuts(int length, int parts) {
        int[] cuts = new int[parts + 1];
        for (int i = 1; i < parts; i++) {
            cuts[i] = random.nextInt(length + 1);
        }
        cuts[parts] = length;
        Arrays.sort(cuts);
        return cuts;
    }
}
