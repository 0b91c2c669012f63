// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reads and writes: which bytes move, and what tells how many. */
class TransferContract extends ContractTest {

    /** More than a channel takes at once; a multiple of {@link #MESSAGE_BYTES}, which is no more than a message may have. */
    private static final int MUCH = 3_000_000;
    private static final int MESSAGE_BYTES = 50_000;
    private static final boolean[] MODES = {true, false};
    private static final ByteBuffer[] EMPTY = {ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)};

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Reads until a buffer is full. */
    private static void fill(ByteBuffer dst, SocketChannel from) throws IOException {
        while (dst.hasRemaining()) {
            assertTrue(from.read(dst) > 0, "the end came too soon");
        }
    }

    private static BackgroundCall<byte[]> receive(SocketChannel from, int bytes) {
        return BackgroundCall.start(() -> {
            byte[] all = new byte[bytes];
            fill(ByteBuffer.wrap(all), from);
            return all;
        });
    }

    /** Writes as much at once as a write may have, which is all if it is no message; returns how much was written. */
    private int writeMuch(byte[] content, Memory memory, SocketChannel to) throws IOException {
        int part = provider.capabilities().contains(Capability.MESSAGES) ? MESSAGE_BYTES : MUCH;
        int written = 0;
        for (; written < MUCH; written += part) {
            assertEquals(part, to.write(memory.of(Arrays.copyOfRange(content, written, written + part))));
        }
        return written;
    }

    @Test
    void c37_whatIsWrittenIsReadInOrderThroughEveryKindOfBuffer() throws Exception {
        Pair pair = pair();
        byte[] content = randomBytes(1000);
        for (Memory source : Memory.values()) {
            for (Memory target : Memory.values()) {
                assertEquals(400, pair.client().write(source.of(Arrays.copyOf(content, 400))));
                assertEquals(600, pair.client().write(source.of(Arrays.copyOfRange(content, 400, 1000)).asReadOnlyBuffer()));
                ByteBuffer received = target.room(1000);
                fill(received, pair.accepted());
                Memory.assertTaken(content, received);
            }
        }
    }

    @Test
    void c38_positionsMoveByWhatWasTransferredAndLimitsNotAtAll() throws Exception {
        Pair pair = pair();
        for (Memory memory : Memory.values()) {
            ByteBuffer src = memory.of(new byte[] {1, 2, 3, 4, 5});
            int limit = src.limit();
            assertEquals(5, pair.client().write(src));
            assertEquals(limit, src.position());
            assertEquals(limit, src.limit());
            ByteBuffer dst = memory.room(100);
            limit = dst.limit();
            for (int read = 0; read < 5; ) {
                read += pair.accepted().read(dst);
                assertEquals(Memory.MARGIN + read, dst.position());
                assertEquals(limit, dst.limit());
            }
            Memory.assertTaken(new byte[] {1, 2, 3, 4, 5}, dst);
        }
    }

    @Test
    void c39_aReadIntoABufferWithoutRoomReturnsZeroAlsoAtTheEnd() throws Exception {
        Pair pair = pair();
        assertEmptyReads(pair.client());
        pair.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertEmptyReads(pair.client());
        fill(ByteBuffer.allocate(3), pair.client());
        pair.accepted().close();
        assertEquals(-1, pair.client().read(ByteBuffer.allocate(1)));
        assertEmptyReads(pair.client());
    }

    private static void assertEmptyReads(SocketChannel channel) throws IOException {
        for (boolean blocking : MODES) {
            channel.configureBlocking(blocking);
            assertEquals(0, channel.read(EMPTY[0]));
            assertEquals(0, channel.read(EMPTY[1]));
            assertEquals(0, channel.read(EMPTY));
            assertEquals(0, channel.read(EMPTY, 0, 0));
        }
        channel.configureBlocking(true);
    }

    @Test
    void c40_aReadAtTheEndOfTheStreamReturnsMinusOneAgainAndAgain() throws Exception {
        Pair pair = pair();
        pair.accepted().close();
        for (boolean blocking : new boolean[] {true, false, true}) {
            pair.client().configureBlocking(blocking);
            for (Memory memory : Memory.values()) {
                assertEquals(-1, pair.client().read(memory.room(8)));
                assertEquals(-1, pair.client().read(new ByteBuffer[] {memory.room(8), Memory.HEAP.room(8)}));
            }
        }
    }

    @Test
    void c41_aNonBlockingReadWithNothingThereReturnsZero() throws Exception {
        Pair pair = pair();
        pair.client().configureBlocking(false);
        for (Memory memory : Memory.values()) {
            ByteBuffer[] dsts = {memory.room(8), Memory.DIRECT.room(8)};
            assertEquals(0, pair.client().read(dsts[0]));
            assertEquals(0, pair.client().read(dsts));
            assertEquals(16, dsts[0].remaining() + dsts[1].remaining());
        }
    }

    @Test
    void c42_aReadOnlyDestinationIsAnIllegalArgumentAndNothingIsRead() throws Exception {
        Pair pair = pair();
        pair.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        ByteBuffer writable = Memory.HEAP.room(2);
        for (boolean blocking : MODES) {
            pair.client().configureBlocking(blocking);
            assertThrows(IllegalArgumentException.class, () -> pair.client().read(ByteBuffer.allocate(0).asReadOnlyBuffer()));
            for (Memory memory : Memory.values()) {
                ByteBuffer[] dsts = {writable, memory.room(9).asReadOnlyBuffer()};
                assertThrows(IllegalArgumentException.class, () -> pair.client().read(dsts[1]));
                assertThrows(IllegalArgumentException.class, () -> pair.client().read(dsts));
            }
        }
        pair.client().configureBlocking(true);
        Memory.assertTaken(new byte[0], writable);
        fill(ByteBuffer.allocate(3), pair.client());
    }

    @Test
    void c43_scatteringReadsFillAndGatheringWritesEmptyTheBuffersInOrder() throws Exception {
        Pair pair = pair();
        for (Memory a : Memory.values()) {
            for (Memory b : Memory.values()) {
                ByteBuffer[] srcs = {a.room(9), b.of(new byte[] {1, 2}), a.room(0), a.of(new byte[] {3, 4, 5}), b.room(9)};
                assertEquals(5, pair.client().write(srcs, 1, 3));
                assertEquals(18, Arrays.stream(srcs).mapToInt(ByteBuffer::remaining).sum());
                ByteBuffer[] dsts = {a.room(4), b.room(0), a.room(2), b.room(9), a.room(9)};
                for (long n = 0; n < 5; ) {
                    n += pair.accepted().read(dsts, 1, 4);
                }
                Memory.assertTaken(new byte[] {1, 2}, dsts[2]);
                Memory.assertTaken(new byte[] {3, 4, 5}, dsts[3]);
            }
        }
    }

    @Test
    void c44_anOffsetOrLengthOutsideTheArrayIsAnIndexOutOfBounds() throws Exception {
        Pair pair = pair();
        ByteBuffer[] two = {ByteBuffer.allocate(1), ByteBuffer.allocate(1)};
        for (int[] range : new int[][] {{-1, 1}, {0, -1}, {0, 3}, {2, 1}, {3, 0}, {1, Integer.MAX_VALUE}}) {
            assertThrows(IndexOutOfBoundsException.class, () -> pair.client().read(two, range[0], range[1]));
            assertThrows(IndexOutOfBoundsException.class, () -> pair.client().write(two, range[0], range[1]));
        }
        assertEquals(0, pair.client().write(two, 2, 0), "an empty range at the end is inside");
    }

    @Test
    void c45_aNullBufferOrArrayIsANullPointer() throws Exception {
        Pair pair = pair();
        ByteBuffer first = ByteBuffer.allocate(2);
        pair.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThrows(NullPointerException.class, () -> pair.client().read((ByteBuffer) null));
        assertThrows(NullPointerException.class, () -> pair.client().write((ByteBuffer) null));
        assertThrows(NullPointerException.class, () -> pair.client().read((ByteBuffer[]) null));
        assertThrows(NullPointerException.class, () -> pair.client().write((ByteBuffer[]) null));
        assertThrows(NullPointerException.class, () -> pair.client().read(new ByteBuffer[] {first, null}));
        assertThrows(NullPointerException.class, () -> pair.client().write(new ByteBuffer[] {first, null}));
        assertEquals(0, first.position());
        fill(ByteBuffer.allocate(3), pair.client());
        pair.accepted().configureBlocking(false);
        assertEquals(0, pair.accepted().read(ByteBuffer.allocate(9)));
    }

    @Test
    void c46_aBlockingWriteWritesAllThereIs() throws Exception {
        Pair pair = pair();
        byte[] content = randomBytes(MUCH);
        for (Memory memory : Memory.values()) {
            BackgroundCall<byte[]> received = receive(pair.accepted(), MUCH);
            assertEquals(MUCH, writeMuch(content, memory, pair.client()));
            assertArrayEquals(content, received.result());
        }
    }

    @Test
    void c47_aNonBlockingWriteToAFullChannelWritesWhatFitsThenReturnsZero() throws Exception {
        byte[] content = randomBytes(provider.capabilities().contains(Capability.MESSAGES) ? 10_007 : 1_000_003); // a part of a stream fits
        for (Memory memory : Memory.values()) {
            Pair pair = pair();
            pair.client().configureBlocking(false);
            int written = 0;
            for (int n = 1; n > 0; written += n) {
                // Goes on behind what was written: the whole is the content over and over.
                ByteBuffer src = memory.of(Arrays.copyOfRange(content, written % content.length, content.length));
                int before = src.remaining();
                n = pair.client().write(src);
                assertEquals(before - n, src.remaining());
            }
            assertTrue(written > 0);
            pair.client().shutdownOutput();
            ByteBuffer received = ByteBuffer.allocate(written);
            fill(received, pair.accepted());
            assertEquals(-1, pair.accepted().read(ByteBuffer.allocate(1)));
            for (int at = 0; at < written; at += content.length) {
                int end = Math.min(at + content.length, written);
                assertTrue(Arrays.equals(content, 0, end - at, received.array(), at, end), "other bytes than were written");
            }
        }
    }

    @Test
    void c48_aWriteWithoutBytesReturnsZeroAndSendsNothing() throws Exception {
        Pair pair = pair();
        for (boolean blocking : MODES) {
            pair.client().configureBlocking(blocking);
            assertEquals(0, pair.client().write(EMPTY[0]));
            assertEquals(0, pair.client().write(EMPTY[1]));
            assertEquals(0, pair.client().write(EMPTY));
            assertEquals(0, pair.client().write(EMPTY, 0, 0));
        }
        pair.client().write(ByteBuffer.allocate(1));
        assertEquals(1, pair.accepted().read(ByteBuffer.allocate(9)), "an empty message would have come first");
    }

    @Test
    @Deviates(provider = "JDK-TCP", why = "it writes the first 1,024 buffers and returns")
    @Deviates(provider = "JDK-UNIX-STREAM", why = "it writes the first 1,024 buffers and returns")
    void c49_aBlockingGatheringWriteOfMoreBuffersThanOneSystemCallTakesWritesThemAll() throws Exception {
        Pair pair = pair();
        int bytesEach = provider.capabilities().contains(Capability.MESSAGES) ? 16 : 1000;
        byte[] content = randomBytes(3000 * bytesEach);
        ByteBuffer[] srcs = new ByteBuffer[3000];
        Arrays.setAll(srcs, i -> Memory.values()[i % 4].of(Arrays.copyOfRange(content, i * bytesEach, (i + 1) * bytesEach)));
        BackgroundCall<byte[]> received = receive(pair.accepted(), content.length);
        assertEquals(content.length, pair.client().write(srcs));
        assertArrayEquals(content, received.result());
    }

    @Test
    void c50_oneThreadCanReadWhileAnotherWrites() throws Exception {
        Pair pair = pair();
        byte[] content = randomBytes(MUCH);
        BackgroundCall<byte[]> near = receive(pair.client(), MUCH).awaitBlocked();
        BackgroundCall<byte[]> far = receive(pair.accepted(), MUCH).awaitBlocked();
        BackgroundCall<Integer> farWriter = BackgroundCall.start(() -> writeMuch(content, Memory.HEAP, pair.accepted()));
        assertEquals(MUCH, writeMuch(content, Memory.DIRECT, pair.client()));
        assertEquals(MUCH, farWriter.result());
        assertArrayEquals(content, near.result());
        assertArrayEquals(content, far.result());
    }

    @Test
    void c51_transferToAndTransferFromOfAFileWorkWithTheChannel() throws Exception {
        Pair pair = pair();
        byte[] content = randomBytes(300_000);
        Path source = Files.write(folder.resolve("source"), content);
        Path target = Files.createFile(folder.resolve("target"));
        try (FileChannel from = FileChannel.open(source); FileChannel to = FileChannel.open(target, StandardOpenOption.WRITE)) {
            BackgroundCall<Object> sender = BackgroundCall.start(() -> {
                for (long at = 0; at < content.length; ) {
                    at += from.transferTo(at, content.length - at, pair.client());
                }
                return pair.client().shutdownOutput();
            });
            assertEquals(4, to.transferFrom(pair.accepted(), 0, 4), "no more than is asked for");
            for (long at = 4, n = 1; n > 0; at += n) {
                n = to.transferFrom(pair.accepted(), at, content.length);
            }
            sender.result();
        }
        assertArrayEquals(content, Files.readAllBytes(target));
    }

    @Test
    void c52_aStreamOnANonBlockingChannelThrowsIllegalBlockingMode() throws Exception {
        Pair pair = pair();
        InputStream input = Channels.newInputStream(pair.client());
        OutputStream output = Channels.newOutputStream(pair.client());
        pair.accepted().write(ByteBuffer.wrap(new byte[] {1}));
        assertEquals(1, input.read());
        output.write(2);
        pair.client().configureBlocking(false);
        assertThrows(IllegalBlockingModeException.class, input::read);
        assertThrows(IllegalBlockingModeException.class, () -> input.read(new byte[3]));
        assertThrows(IllegalBlockingModeException.class, () -> output.write(3));
    }
}
