// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of random messages, in batches and one at a time, sent and received in any mixture, against a model: a queue of messages, the
 * oldest first. A failure names its seed.
 */
@ExtendWith(NothingLeaks.class)
class BatchModelTest {

    private static final int STEPS = 3000;
    private static final int CAPACITY = 12;
    private static final int LONGEST_BYTES = 20_000;
    private static final int SLOT_BYTES = 9_000;

    private final Deque<ByteBuffer> model = new ArrayDeque<>();
    private final MessageBatch outgoing = MessageBatch.create(CAPACITY, LONGEST_BYTES);
    private final MessageBatch incoming = MessageBatch.create(CAPACITY, SLOT_BYTES);
    private final AncillaryData beside = AncillaryData.create();

    private MessageEnds ends;
    private UnixProtocolFamily family;
    private Random random;

    /** Whether the oldest message is the rest of one that was read in part. */
    private boolean rest;

    static Stream<Arguments> familiesAndSeeds() {
        return Stream.of(UnixProtocolFamily.SEQPACKET, UnixProtocolFamily.DGRAM)
                .flatMap(family -> Stream.of(1L, 2L, 3L, System.nanoTime()).map(seed -> Arguments.of(family, seed)));
    }

    @ParameterizedTest
    @MethodSource("familiesAndSeeds")
    void messagesComeOnceAndInOrderHoweverTheyAreSentAndReceived(UnixProtocolFamily ofFamily, long seed) throws IOException {
        family = ofFamily;
        random = new Random(seed);
        try (MessageEnds opened = MessageEnds.open(family)) {
            ends = opened;
            ends.first().channel().configureBlocking(false);
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            while (!model.isEmpty()) {
                receiveBatch();
            }
            ends.second().channel().configureBlocking(false);
            assertEquals(0, ends.second().receive(incoming.clear()));
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed, e);
        } finally {
            beside.close();
        }
    }

    private void step() throws IOException {
        ends.second().channel().configureBlocking(!model.isEmpty() && random.nextBoolean());
        switch (random.nextInt(6)) {
            case 0, 1 -> sendBatch();
            case 2 -> sendOne();
            case 3 -> receiveOne();
            case 4 -> readOne();
            default -> receiveBatch();
        }
    }

    private byte[] message() {
        int length = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(2);
            case 1 -> SLOT_BYTES - 1 + random.nextInt(3);
            default -> random.nextInt(random.nextBoolean() ? 100 : LONGEST_BYTES);
        };
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Between random positions of the batch, and of its buffers. */
    private void sendBatch() throws IOException {
        int first = random.nextInt(CAPACITY);
        int count = random.nextInt(CAPACITY - first + 1);
        byte[][] messages = new byte[count][];
        outgoing.clear().limit(first + count).position(first);
        for (int i = 0; i < count; i++) {
            messages[i] = message();
            int start = random.nextInt(LONGEST_BYTES - messages[i].length + 1);
            outgoing.buffer(first + i).clear().position(start).limit(start + messages[i].length).put(messages[i]).position(start);
        }
        int sent = ends.first().send(outgoing);
        assertEquals(first + sent, outgoing.position());
        for (int i = 0; i < count; i++) {
            assertEquals(i < sent ? 0 : messages[i].length, outgoing.buffer(first + i).remaining());
            if (i < sent) {
                model.add(ByteBuffer.wrap(messages[i]));
            }
        }
    }

    private void sendOne() throws IOException {
        byte[] message = message();
        if (ends.first().send(ByteBuffer.wrap(message), beside) >= 0) {
            model.add(ByteBuffer.wrap(message));
        }
    }

    private void receiveOne() throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(1 + random.nextInt(SLOT_BYTES));
        MessageInfo info = ends.second().receive(dst, beside);
        if (model.isEmpty()) {
            assertEquals(null, info);
            return;
        }
        assertEquals(model.peek().remaining(), info.fullLength());
        assertTaken(dst.flip(), dst.capacity());
    }

    /** On SEQPACKET what does not fit comes next, and a blocking read passes over empty messages. */
    private void readOne() throws IOException {
        if (family == UnixProtocolFamily.SEQPACKET && ends.second().channel().isBlocking()) {
            if (model.stream().noneMatch(ByteBuffer::hasRemaining)) {
                ends.second().channel().configureBlocking(false);
            } else {
                while (!model.peek().hasRemaining()) {
                    model.remove();
                }
            }
        }
        ByteBuffer dst = ByteBuffer.allocate(1 + random.nextInt(SLOT_BYTES));
        int n = ends.second().read(dst);
        assertEquals(model.isEmpty() ? 0 : Math.min(dst.capacity(), model.peek().remaining()), n);
        if (family == UnixProtocolFamily.SEQPACKET && !model.isEmpty() && model.peek().remaining() > n) {
            ByteBuffer oldest = model.peek();
            assertEquals(oldest.slice(oldest.position(), n), dst.flip());
            oldest.position(oldest.position() + n);
            rest = true;
        } else if (!model.isEmpty()) {
            assertTaken(dst.flip(), dst.capacity());
        }
    }

    private void receiveBatch() throws IOException {
        int first = random.nextInt(CAPACITY);
        int count = random.nextInt(CAPACITY - first + 1);
        incoming.clear().limit(first + count).position(first);
        int expected = Math.min(count, rest ? 1 : model.size());
        assertEquals(expected, ends.second().receive(incoming));
        assertEquals(first + expected, incoming.position());
        for (int i = first; i < first + expected; i++) {
            assertEquals(model.peek().remaining(), incoming.fullLength(i));
            assertEquals(model.peek().remaining() > SLOT_BYTES, incoming.isTruncated(i));
            assertTaken(incoming.buffer(i), SLOT_BYTES);
        }
    }

    /** Takes the oldest message out of the model. */
    private void assertTaken(ByteBuffer actual, int room) {
        ByteBuffer oldest = model.poll();
        rest = false;
        byte[] expected = Arrays.copyOfRange(oldest.array(), oldest.position(), oldest.position() + Math.min(room, oldest.remaining()));
        assertEquals(-1, ByteBuffer.wrap(expected).mismatch(actual), "other bytes");
    }
}
