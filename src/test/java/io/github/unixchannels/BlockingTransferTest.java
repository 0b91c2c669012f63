// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.ConnectionSource;
import io.github.unixchannels.support.ConnectionSource.Connected;
import io.github.unixchannels.support.PatternBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocking STREAM writes of more than a socket takes at once: whole, or with a count of what went out before they were ended. */
class BlockingTransferTest {

    private static final int SIZE = 4 << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"JDK_STREAM,false", "JDK_STREAM,true", "STREAM,false", "STREAM,true"})
    void aBlockingWriteIsWrittenWhole(ConnectionSource source, boolean direct) throws Exception {
        try (Connected pair = source.connect(directory)) {
            ByteBuffer bytes = PatternBytes.fill(allocate(SIZE, direct), 0);
            BackgroundCall<Integer> writer = BackgroundCall.start(() -> pair.near().write(bytes));
            PatternBytes.read(pair.far(), 0, SIZE);
            assertEquals(SIZE, writer.result());
            assertFalse(bytes.hasRemaining());
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK_STREAM,false", "JDK_STREAM,true", "STREAM,false", "STREAM,true"})
    void aBlockingGatheringWriteIsWrittenWhole(ConnectionSource source, boolean direct) throws Exception {
        try (Connected pair = source.connect(directory)) {
            ByteBuffer[] bytes = slices(8, SIZE / 8, i -> direct);
            BackgroundCall<Long> writer = BackgroundCall.start(() -> pair.near().write(bytes));
            PatternBytes.read(pair.far(), 0, SIZE);
            assertEquals(SIZE, writer.result());
            assertTrue(Arrays.stream(bytes).noneMatch(ByteBuffer::hasRemaining));
        }
    }

    /** The JDK's own stops at IOV_MAX buffers. */
    @ParameterizedTest
    @ValueSource(strings = {"heap", "direct", "mixed"})
    void aBlockingGatheringWriteOfMoreThanIovMaxBuffersIsWrittenWhole(String kind) throws Exception {
        try (Connected pair = ConnectionSource.STREAM.connect(directory)) {
            int count = 3000;
            int size = 1000;
            ByteBuffer[] bytes = slices(count, size, i -> kind.equals("direct") || kind.equals("mixed") && i % 3 == 0);
            BackgroundCall<Long> writer = BackgroundCall.start(() -> pair.near().write(bytes));
            PatternBytes.read(pair.far(), 0, count * size);
            assertEquals((long) count * size, writer.result());
            assertTrue(Arrays.stream(bytes).noneMatch(ByteBuffer::hasRemaining));
        }
    }

    @Test
    void aBlockingGatheringWriteSkipsEmptyBuffersAndThoseOutsideItsRange() throws Exception {
        try (Connected pair = ConnectionSource.STREAM.connect(directory)) {
            ByteBuffer[] bytes = slices(3002, 500, i -> false);
            for (int i = 1; i < bytes.length; i += 2) {
                bytes[i].position(bytes[i].limit());
            }
            BackgroundCall<Long> writer = BackgroundCall.start(() -> pair.near().write(bytes, 2, 2998));
            for (int i = 2; i < 3000; i += 2) {
                PatternBytes.read(pair.far(), i * 500, 500);
            }
            assertEquals(1499 * 500L, writer.result());
            assertEquals(500, bytes[0].remaining());
            assertEquals(500, bytes[3000].remaining());
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK_STREAM,false", "JDK_STREAM,true", "STREAM,false", "STREAM,true"})
    void closeMakesABlockedWriteThatHasWrittenSomeReturnHowMuch(ConnectionSource source, boolean direct) throws Exception {
        try (Connected pair = source.connect(directory)) {
            ByteBuffer bytes = PatternBytes.fill(allocate(SIZE, direct), 0);
            BackgroundCall<Integer> writer = BackgroundCall.start(() -> pair.near().write(bytes));
            PatternBytes.read(pair.far(), 0, 1);
            writer.awaitBlocked();
            pair.near().close();
            int written = writer.result();
            assertTrue(written > 0 && written < SIZE);
            assertEquals(written, bytes.position());
            PatternBytes.readToEnd(pair.far(), 1, written);
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK_STREAM,false", "JDK_STREAM,true", "STREAM,false", "STREAM,true"})
    void closeMakesABlockedGatheringWriteThatHasWrittenSomeReturnHowMuch(ConnectionSource source, boolean direct) throws Exception {
        try (Connected pair = source.connect(directory)) {
            ByteBuffer[] bytes = slices(8, SIZE / 8, i -> direct);
            BackgroundCall<Long> writer = BackgroundCall.start(() -> pair.near().write(bytes));
            PatternBytes.read(pair.far(), 0, 1);
            writer.awaitBlocked();
            pair.near().close();
            long written = writer.result();
            assertTrue(written > 0 && written < SIZE);
            assertEquals(written, Arrays.stream(bytes).mapToLong(ByteBuffer::position).sum());
            PatternBytes.readToEnd(pair.far(), 1, (int) written);
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK_STREAM,false", "JDK_STREAM,true", "STREAM,false", "STREAM,true"})
    void interruptOfABlockedWriteThatHasWrittenSomeLeavesTheCountToThePosition(ConnectionSource source, boolean direct)
            throws Exception {
        try (Connected pair = source.connect(directory)) {
            ByteBuffer bytes = PatternBytes.fill(allocate(SIZE, direct), 0);
            BackgroundCall<Integer> writer = BackgroundCall.start(() -> pair.near().write(bytes));
            PatternBytes.read(pair.far(), 0, 1);
            writer.awaitBlocked();
            writer.interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, writer::result);
            assertTrue(writer.wasInterrupted());
            assertTrue(bytes.position() > 0 && bytes.hasRemaining());
            PatternBytes.readToEnd(pair.far(), 1, bytes.position());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK_STREAM", "STREAM"})
    void shutdownOutputMakesABlockedWriteThatHasWrittenSomeReturnHowMuch(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            ByteBuffer bytes = PatternBytes.fill(ByteBuffer.allocate(SIZE), 0);
            BackgroundCall<Integer> writer = BackgroundCall.start(() -> pair.near().write(bytes));
            PatternBytes.read(pair.far(), 0, 1);
            writer.awaitBlocked();
            pair.near().shutdownOutput();
            int written = writer.result();
            assertTrue(written > 0 && written < SIZE);
            assertEquals(written, bytes.position());
            PatternBytes.readToEnd(pair.far(), 1, written);
            assertTrue(pair.near().isOpen());
            if (source.isOurs()) {
                assertThrowsExactly(ClosedChannelException.class, () -> pair.near().write(bytes));
            } else {
                assertThrows(ClosedChannelException.class, () -> pair.near().write(bytes));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK_STREAM", "STREAM"})
    void closeOfThePeerMakesABlockedWriteThatHasWrittenSomeReturnHowMuchAndTheNextFail(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            ByteBuffer bytes = PatternBytes.fill(ByteBuffer.allocate(SIZE), 0);
            BackgroundCall<Integer> writer = BackgroundCall.start(() -> pair.near().write(bytes));
            PatternBytes.read(pair.far(), 0, 1);
            writer.awaitBlocked();
            pair.far().close();
            int written = writer.result();
            assertTrue(written > 0 && written < SIZE);
            assertEquals(written, bytes.position());
            assertFalse(assertThrows(IOException.class, () -> pair.near().write(bytes)) instanceof ClosedChannelException);
            assertEquals(written, bytes.position());
            assertTrue(pair.near().isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK_STREAM", "STREAM"})
    void bothDirectionsOfAChannelCarryBytesAtOnce(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> there = BackgroundCall.start(() -> writePattern(pair.near()));
            BackgroundCall<Integer> back = BackgroundCall.start(() -> writePattern(pair.far()));
            BackgroundCall<Void> received = BackgroundCall.start(() -> {
                PatternBytes.read(pair.near(), 0, SIZE);
                return null;
            });
            PatternBytes.read(pair.far(), 0, SIZE);
            received.result();
            assertEquals(SIZE, there.result());
            assertEquals(SIZE, back.result());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK_STREAM", "STREAM"})
    void twoWritesAtOnceAreOneAfterTheOther(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> first = BackgroundCall.start(() -> writePattern(pair.near())).awaitBlocked();
            BackgroundCall<Integer> second = BackgroundCall.start(() -> writePattern(pair.near())).awaitParked();
            PatternBytes.read(pair.far(), 0, SIZE);
            PatternBytes.read(pair.far(), 0, SIZE);
            assertEquals(SIZE, first.result());
            assertEquals(SIZE, second.result());
        }
    }

    private static int writePattern(SocketChannel channel) throws IOException {
        return channel.write(PatternBytes.fill(ByteBuffer.allocate(SIZE), 0));
    }

    private static ByteBuffer allocate(int size, boolean direct) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    }

    private static ByteBuffer[] slices(int count, int size, IntPredicate direct) {
        ByteBuffer[] slices = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            slices[i] = PatternBytes.fill(allocate(size, direct.test(i)), i * size);
        }
        return slices;
    }
}
