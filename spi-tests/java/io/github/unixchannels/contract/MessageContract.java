// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sockets that carry messages: none is split, joined or lost, whatever buffers it passes through. */
@Requires(Capability.MESSAGES)
class MessageContract extends ContractTest {

    private static final int ROOM_BYTES = 128 << 10;
    private static final int RANDOM_MESSAGES = 400;

    private SocketChannel writer;
    private SocketChannel reader;

    @BeforeEach
    void connect() throws IOException {
        Pair pair = pair();
        writer = pair.client();
        reader = pair.accepted();
    }

    @Test
    void q01_oneWriteIsOneMessage() throws Exception {
        for (String message : new String[] {"a", "bcd", "ef"}) {
            assertEquals(message.length(), writer.write(ascii(message)));
        }
        assertReads("a", ROOM_BYTES);
        assertReads("bcd", ROOM_BYTES);
        assertReads("ef", ROOM_BYTES);

        byte[] large = bytes(100_000);
        assertEquals(large.length, writer.write(ByteBuffer.wrap(large)));
        assertNextMessage(large);
    }

    @Test
    void q02_aGatheringWriteIsOneMessageHoweverManyBuffersItGathers() throws Exception {
        for (int count : new int[] {1, 3, 1023, 1024, 1025, 3000}) {
            for (int part : new int[] {1, 30}) {
                byte[] message = bytes(count * part);
                ByteBuffer[] srcs = new ByteBuffer[count];
                for (int i = 0; i < count; i++) {
                    srcs[i] = buffer(i % 2 == 1, part).put(message, i * part, part).flip();
                }
                assertEquals(message.length, writer.write(srcs));
                assertTrue(Arrays.stream(srcs).noneMatch(ByteBuffer::hasRemaining));
                writer.write(ascii("next"));
                assertNextMessage(message);
                assertReads("next", ROOM_BYTES);
            }
        }
    }

    @Test
    void q03_aReadReturnsBytesOfOneMessageOnlyAScatteringReadToo() throws Exception {
        for (boolean direct : new boolean[] {false, true}) {
            for (String message : new String[] {"ab", "cde", "fgh", "i"}) {
                writer.write(ascii(message));
            }
            ByteBuffer dst = buffer(direct, ROOM_BYTES);
            assertEquals(2, reader.read(dst));
            assertEquals(3, reader.read(dst));
            assertEquals("abcde", text(dst));

            ByteBuffer[] dsts = {buffer(direct, 2), buffer(!direct, 0), buffer(direct, ROOM_BYTES)};
            assertEquals(3, reader.read(dsts));
            assertEquals("fg", text(dsts[0]));
            assertEquals("h", text(dsts[2]));
            assertEquals(1, reader.read(dsts));
            assertEquals("hi", text(dsts[2]));
        }
    }

    @Test
    void q04_whatDidNotFitIsReturnedByTheNextReadsBeforeTheNextMessage() throws Exception {
        for (boolean direct : new boolean[] {false, true}) {
            writer.write(ascii("abcdefgh"));
            writer.write(ascii("next"));
            for (String expected : new String[] {"abc", "def", "gh", "nex", "t"}) {
                ByteBuffer dst = buffer(direct, 3);
                assertEquals(expected.length(), reader.read(dst));
                assertEquals(expected, text(dst));
            }

            writer.write(ascii("abcdefgh"));
            writer.write(ascii("next"));
            ByteBuffer[] dsts = {buffer(direct, 2), buffer(!direct, 3)};
            assertEquals(5, reader.read(dsts));
            assertEquals("abcde", text(dsts[0]) + text(dsts[1]));
            ByteBuffer[] more = {buffer(direct, 1), buffer(!direct, 9)};
            assertEquals(3, reader.read(more));
            assertEquals("fgh", text(more[0]) + text(more[1]));
            assertReads("next", 9);
        }

        byte[] large = bytes(100_000);
        writer.write(ByteBuffer.wrap(large));
        ByteBuffer all = ByteBuffer.allocate(large.length);
        ByteBuffer dst = ByteBuffer.allocateDirect(30_000);
        while (all.hasRemaining()) {
            assertEquals(Math.min(30_000, all.remaining()), reader.read(dst.clear()));
            all.put(dst.flip());
        }
        assertArrayEquals(large, all.array());
    }

    @Test
    void q05_bytesThatWereKeptCountAsReadableForASelectorUntilTheyHaveBeenRead() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, reader, OP_READ);
        writer.write(ascii("abcd"));
        assertEquals(1, selector.select());
        assertReads("a", 1);
        for (String rest : new String[] {"b", "c"}) {
            selector.selectedKeys().clear();
            assertEquals(1, selector.select(), "before " + rest);
            assertEquals(Set.of(key), selector.selectedKeys());
            assertEquals(OP_READ, key.readyOps());
            assertEquals(1, selector.selectNow(ready -> assertEquals(OP_READ, ready.readyOps())));
            assertReads(rest, 1);
        }

        // A key that is registered, or gets its interest, while bytes are kept.
        Selector second = selector();
        SelectionKey late = register(second, reader, 0);
        assertEquals(0, second.selectNow());
        late.interestOps(OP_READ);
        assertEquals(1, second.select());

        assertReads("d", 9);
        selector.selectedKeys().clear();
        second.selectedKeys().clear();
        assertEquals(0, selector.selectNow());
        assertEquals(0, second.selectNow());
    }

    @Test
    void q06_bytesThatWereKeptAreReadAlthoughThePeerHasClosed() throws Exception {
        writer.write(ascii("abcdef"));
        assertReads("ab", 2);
        writer.close();
        assertReads("cd", 2);
        assertReads("ef", 9);
        assertEquals(-1, reader.read(ByteBuffer.allocate(9)));
    }

    @Test
    void q07_aMessageTooLongIsAnIOExceptionThatNamesItsSizeAndNothingIsSent() throws Exception {
        int beyondTheSendBuffer = 4 * writer.getOption(StandardSocketOptions.SO_SNDBUF) + 1;
        for (boolean direct : new boolean[] {false, true}) {
            for (int size : new int[] {beyondTheSendBuffer, (9 << 20) + 1}) {
                assertTooLong(size, buffer(direct, size));
                assertTooLong(size, buffer(direct, size - 1000), buffer(!direct, 1000));
            }
            ByteBuffer[] many = new ByteBuffer[1500];
            Arrays.setAll(many, i -> buffer(direct, i == 0 ? beyondTheSendBuffer - many.length + 1 : 1));
            assertTooLong(beyondTheSendBuffer, many);
        }
        writer.configureBlocking(false);
        assertTooLong(beyondTheSendBuffer, ByteBuffer.allocate(beyondTheSendBuffer));

        assertTrue(writer.isOpen());
        writer.write(ascii("next"));
        assertReads("next", ROOM_BYTES);
    }

    private void assertTooLong(int size, ByteBuffer... srcs) {
        IOException refused = assertThrows(IOException.class, () -> {
            long n = srcs.length == 1 ? writer.write(srcs[0]) : writer.write(srcs);
        });
        assertTrue(refused.getMessage().contains(Integer.toString(size)), refused.getMessage());
        assertTrue(Arrays.stream(srcs).allMatch(src -> src.position() == 0 && src.limit() == src.capacity()));
    }

    @Test
    void q08_aNonBlockingWriteWithoutRoomReturnsZeroAndLeavesTheBuffersAsTheyWere() throws Exception {
        writer.configureBlocking(false);
        byte[] message = bytes(10_000);
        int sent = 0;
        while (writer.write(ByteBuffer.wrap(message)) > 0) {
            sent++;
        }
        assertTrue(sent > 1);

        ByteBuffer src = ByteBuffer.wrap(message);
        ByteBuffer direct = ByteBuffer.allocateDirect(message.length).put(message).flip();
        ByteBuffer[] srcs = {ByteBuffer.wrap(message), direct};
        assertEquals(0, writer.write(src));
        assertEquals(0, writer.write(direct));
        assertEquals(0, writer.write(srcs));
        for (ByteBuffer untouched : new ByteBuffer[] {src, srcs[0], direct}) {
            assertEquals(0, untouched.position());
            assertEquals(message.length, untouched.limit());
        }

        for (int i = 0; i < sent; i++) {
            assertNextMessage(message);
        }
        assertEquals(2 * message.length, writer.write(srcs));
        assertNextMessage(ByteBuffer.allocate(2 * message.length).put(message).put(message).array());
    }

    @Test
    @Requires(Capability.RESET_ON_CLOSE)
    void q09_whatThePeerHadWrittenBeforeItClosedWithBytesUnreadIsReadBeforeTheResetIsRaised() throws Exception {
        reader.write(ascii("unread"));
        writer.write(ascii("a long reply"));
        writer.write(ascii("more"));
        writer.close();

        assertReads("a long", 6);
        assertReads(" reply", 9);
        assertReads("more", 9);
        for (int i = 0; i < 3; i++) {
            assertThrows(SocketException.class, () -> reader.read(ByteBuffer.allocate(9)));
        }
        assertTrue(reader.isOpen());
    }

    @Test
    void q10_randomMessagesThroughRandomBuffersArriveWholeInOrderAndApart() throws Exception {
        writer.configureBlocking(false);
        for (long seed : new long[] {1, 2, System.nanoTime()}) {
            try {
                exchange(new Random(seed));
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private void exchange(Random random) throws IOException {
        byte[] pool = bytes(2 * ROOM_BYTES);
        Deque<ByteBuffer> model = new ArrayDeque<>();
        for (int written = 0; written < RANDOM_MESSAGES || !model.isEmpty(); ) {
            for (int burst = random.nextInt(8); burst > 0 && written < RANDOM_MESSAGES; burst--) {
                ByteBuffer message = ByteBuffer.wrap(pool, random.nextInt(ROOM_BYTES), 1 + size(random));
                if (!write(message, random)) {
                    break;
                }
                model.add(message);
                written++;
            }
            for (int reads = random.nextInt(12); reads > 0; reads--) {
                read(model, random);
            }
        }
    }

    /** Writes the bytes from random buffers, unless there is no room; returns whether there was. */
    private boolean write(ByteBuffer message, Random random) throws IOException {
        int count = random.nextInt(20) == 0 ? 1000 + random.nextInt(100) : 1 + random.nextInt(3);
        int[] cuts = random.ints(count + 1, 0, message.remaining() + 1).sorted().toArray();
        cuts[0] = 0;
        cuts[count] = message.remaining();
        ByteBuffer[] srcs = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            ByteBuffer part = message.slice(message.position() + cuts[i], cuts[i + 1] - cuts[i]);
            srcs[i] = buffer(random.nextInt(4) == 0, part.remaining()).put(part).flip();
        }
        long n = count == 1 ? writer.write(srcs[0]) : writer.write(srcs);
        assertTrue(n == 0 || n == message.remaining(), () -> "a part was written: " + n + " of " + message.remaining());
        return n > 0;
    }

    /** Reads once: as much of the oldest message as fits, and nothing else. */
    private void read(Deque<ByteBuffer> model, Random random) throws IOException {
        reader.configureBlocking(!model.isEmpty());
        ByteBuffer[] dsts = new ByteBuffer[1 + random.nextInt(3)];
        int room = 0;
        for (int i = 0; i < dsts.length; i++) {
            dsts[i] = buffer(random.nextBoolean(), 1 + size(random));
            room += dsts[i].remaining();
        }
        long n = dsts.length == 1 ? reader.read(dsts[0]) : reader.read(dsts);
        if (model.isEmpty()) {
            assertEquals(0, n);
            return;
        }
        ByteBuffer oldest = model.peek();
        assertEquals(Math.min(room, oldest.remaining()), n);
        for (ByteBuffer dst : dsts) {
            dst.flip();
            ByteBuffer expected = oldest.slice(oldest.position(), Math.min(dst.capacity(), oldest.remaining()));
            assertEquals(expected, dst);
            oldest.position(oldest.position() + dst.remaining());
        }
        if (!oldest.hasRemaining()) {
            model.remove();
        }
    }

    /** Mostly small, seldom large. */
    private static int size(Random random) {
        return random.nextInt(1 << (4 + random.nextInt(13)));
    }

    private void assertReads(String expected, int roomBytes) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(roomBytes);
        assertEquals(expected.length(), reader.read(dst));
        assertEquals(expected, text(dst));
    }

    private void assertNextMessage(byte[] expected) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(expected.length + 1);
        assertEquals(expected.length, reader.read(dst));
        assertArrayEquals(expected, Arrays.copyOf(dst.array(), expected.length));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer buffer(boolean direct, int bytes) {
        return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private static String text(ByteBuffer buffer) {
        return US_ASCII.decode(buffer.duplicate().flip()).toString();
    }
}
