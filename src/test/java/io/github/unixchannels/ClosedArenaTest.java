// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An arena that is closed while an operation on its memory waits. That the kernel never has an address of such memory is what makes it
 * harmless, and is seen by the bytes not being lost: what went to an address could not be returned by the next read.
 */
class ClosedArenaTest {

    /** A receiving operation into a buffer, on channels that lose nothing. */
    enum Receiving {
        STREAM_READ(UnixProtocolFamily.STREAM, false),
        STREAM_RECEIVE(UnixProtocolFamily.STREAM, true),
        SEQPACKET_READ(UnixProtocolFamily.SEQPACKET, false),
        SEQPACKET_RECEIVE(UnixProtocolFamily.SEQPACKET, true);

        private final UnixProtocolFamily family;
        private final boolean beside;

        Receiving(UnixProtocolFamily family, boolean beside) {
            this.family = family;
            this.beside = beside;
        }

        long run(UnixSocketChannel channel, ByteBuffer... dsts) throws IOException {
            if (!beside) {
                return dsts.length == 1 ? channel.read(dsts[0]) : channel.read(dsts);
            }
            try (AncillaryData data = AncillaryData.create()) {
                return (dsts.length == 1 ? channel.receive(dsts[0], data) : channel.receive(dsts, data)).length();
            }
        }
    }

    private static final int[] SIZES = {64, 6 << 10, 64 << 10};

    @BeforeEach
    void requireArenas() {
        assumeTrue(Runtime.version().feature() >= 22, "there are no arenas before JDK 22");
    }

    static Stream<Arguments> receivingAndThreads() {
        return Stream.of(Receiving.values()).flatMap(each -> Stream.of(Arguments.of(each, false), Arguments.of(each, true)));
    }

    @ParameterizedTest
    @MethodSource("receivingAndThreads")
    void whatComesAfterTheCloseIsReturnedByTheNextRead(Receiving operation, boolean virtual) throws Exception {
        for (int size : SIZES) {
            for (boolean several : new boolean[] {false, true}) {
                try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(operation.family)) {
                    AutoCloseable arena = arena();
                    ByteBuffer dst = buffer(arena, size);
                    ByteBuffer[] dsts = several ? new ByteBuffer[] {ByteBuffer.allocateDirect(0), dst} : new ByteBuffer[] {dst};
                    BackgroundCall<Long> waiting = virtual
                            ? BackgroundCall.startVirtual(() -> operation.run(pair.second(), dsts)).awaitParked()
                            : BackgroundCall.start(() -> operation.run(pair.second(), dsts)).awaitBlocked();

                    arena.close();
                    pair.first().write(ascii("abc"));

                    assertInstanceOf(IllegalStateException.class, waiting.failure());
                    ByteBuffer next = ByteBuffer.allocate(9);
                    assertEquals(3, pair.second().read(next));
                    assertEquals("abc", text(next));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aWriteThatWaitsSendsNothingFromMemoryThatWasGivenBack(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            AutoCloseable arena = arena();
            ByteBuffer src = buffer(arena, 1 << 20);
            if (family != UnixProtocolFamily.STREAM) {
                src.limit(100_000);
            }
            for (int i = 0; i < src.limit(); i++) {
                src.put(i, (byte) 0x77);
            }
            fill(pair.first());
            BackgroundCall<Integer> waiting = BackgroundCall.start(() -> pair.first().write(src)).awaitBlocked();

            arena.close();
            ByteBuffer dst = ByteBuffer.allocateDirect(1 << 20);
            pair.second().configureBlocking(false);
            while (!waiting.isDone()) {
                pair.second().read(dst.clear());
                for (int i = 0; i < dst.position(); i++) {
                    assertEquals(dst.get(i) == 0 ? 0 : 0x77, dst.get(i), "a byte that was sent");
                }
            }
        }
    }

    private static void fill(UnixSocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        ByteBuffer zeros = ByteBuffer.allocate(4096);
        while (channel.write(zeros.clear()) > 0) {
            assertEquals(0, zeros.get(0));
        }
        channel.configureBlocking(true);
    }

    @Test
    void aPipeLosesNothingEither() throws Exception {
        Pipe pipe = UnixSelectorProvider.provider().openPipe();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            AutoCloseable arena = arena();
            ByteBuffer dst = buffer(arena, 4096);
            BackgroundCall<Integer> waiting = BackgroundCall.start(() -> source.read(dst)).awaitBlocked();

            arena.close();
            sink.write(ascii("abc"));

            assertInstanceOf(IllegalStateException.class, waiting.failure());
            ByteBuffer next = ByteBuffer.allocate(9);
            assertEquals(3, source.read(next));
            assertEquals("abc", text(next));
        }
    }

    /** A new shared arena. */
    private static AutoCloseable arena() throws ReflectiveOperationException {
        Class<?> type = Class.forName("java.lang.foreign.Arena");
        return assertInstanceOf(AutoCloseable.class, type.getMethod("ofShared").invoke(null));
    }

    private static ByteBuffer buffer(AutoCloseable arena, int bytes) throws ReflectiveOperationException {
        Object segment = Class.forName("java.lang.foreign.Arena").getMethod("allocate", long.class).invoke(arena, (long) bytes);
        return (ByteBuffer) Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer").invoke(segment);
    }
}
