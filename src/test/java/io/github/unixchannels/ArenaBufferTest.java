// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Buffers over memory of an arena (java.lang.foreign, by reflection: it is final from JDK 22 on). */
class ArenaBufferTest {

    /** How a test reads into a buffer, or writes from it. */
    enum Array {
        ONE_BUFFER {
            @Override
            ByteBuffer[] of(ByteBuffer buffer) {
                return new ByteBuffer[] {buffer};
            }
        },
        BEHIND_A_HEAP_BUFFER {
            @Override
            ByteBuffer[] of(ByteBuffer buffer) {
                return new ByteBuffer[] {ByteBuffer.allocate(1), buffer};
            }
        },
        BEHIND_A_DIRECT_BUFFER {
            @Override
            ByteBuffer[] of(ByteBuffer buffer) {
                return new ByteBuffer[] {ByteBuffer.allocateDirect(1), buffer};
            }
        };

        abstract ByteBuffer[] of(ByteBuffer buffer);
    }

    private static final int[] SIZES = {64, 6 << 10, 64 << 10};

    @TempDir
    Path directory;

    @BeforeEach
    void requireArenas() {
        assumeTrue(Runtime.version().feature() >= 22, "there are no arenas before JDK 22");
    }

    static Stream<Arguments> sourcesAndArrays() {
        return Stream.of(SocketKind.values()).flatMap(source -> Stream.of(Array.values()).map(array -> Arguments.of(source, array)));
    }

    @ParameterizedTest
    @EnumSource
    void aBufferOfAnOpenArenaIsReadIntoAndWrittenFrom(SocketKind source) throws Exception {
        try (ConnectedSockets ends = source.connect(directory)) {
            AutoCloseable arena = arena("ofConfined");
            ByteBuffer src = buffer(arena, 64).put(0, "abc".getBytes()).limit(3);
            ByteBuffer dst = buffer(arena, 64);

            assertEquals(3, ends.client().write(src));
            assertEquals(3, ends.accepted().read(dst));

            assertEquals("abc", text(dst));
            arena.close();
        }
    }

    @ParameterizedTest
    @MethodSource("sourcesAndArrays")
    void aReadIntoMemoryOfAClosedArenaIsRefusedAndLosesNothing(SocketKind source, Array array) throws Exception {
        for (int size : SIZES) {
            try (ConnectedSockets ends = source.connect(directory)) {
                ends.client().write(ascii("abc"));
                ByteBuffer[] dsts = array.of(closedBuffer("ofConfined", size));

                assertThrows(IllegalStateException.class, () -> {
                    long n = dsts.length == 1 ? ends.accepted().read(dsts[0]) : ends.accepted().read(dsts);
                });

                assertUsable(ends, "abc");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sourcesAndArrays")
    void aWriteFromMemoryOfAClosedArenaIsRefusedAndSendsNothing(SocketKind source, Array array) throws Exception {
        for (int size : SIZES) {
            try (ConnectedSockets ends = source.connect(directory)) {
                ByteBuffer[] srcs = array.of(closedBuffer("ofShared", size));

                assertThrows(IllegalStateException.class, () -> {
                    long n = srcs.length == 1 ? ends.client().write(srcs[0]) : ends.client().write(srcs);
                });

                ends.client().write(ascii("abc"));
                assertUsable(ends, "abc");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void aKeptRestSurvivesAReadIntoMemoryOfAClosedArena(SocketKind source) throws Exception {
        try (ConnectedSockets ends = source.connect(directory)) {
            ends.client().write(ascii("abcdef"));
            assertEquals(2, ends.accepted().read(ByteBuffer.allocate(2)));
            ByteBuffer closed = closedBuffer("ofShared", 64);

            assertThrows(IllegalStateException.class, () -> ends.accepted().read(closed));
            ByteBuffer first = ByteBuffer.allocate(1);
            assertThrows(IllegalStateException.class, () -> ends.accepted().read(new ByteBuffer[] {first, closed}));

            assertEquals(0, first.position());
            assertUsable(ends, "cdef");
        }
    }

    @ParameterizedTest
    @EnumSource
    void memoryOfAnotherThreadIsRefusedAndNothingIsLost(SocketKind source) throws Exception {
        try (AutoCloseable arena = arena("ofConfined"); ConnectedSockets ends = source.connect(directory)) {
            ends.client().write(ascii("abc"));
            for (int size : SIZES) {
                ByteBuffer foreign = buffer(arena, size);

                assertWrongThread(BackgroundCall.start(() -> ends.accepted().read(foreign)));
                assertWrongThread(BackgroundCall.start(() -> ends.accepted().read(new ByteBuffer[] {ByteBuffer.allocate(9), foreign})));
                assertWrongThread(BackgroundCall.start(() -> ends.client().write(foreign)));
                assertWrongThread(BackgroundCall.start(() -> ends.client().write(new ByteBuffer[] {foreign, foreign})));
            }
            assertUsable(ends, "abc");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedArenasBufferWithoutRoomIsAnEmptyBuffer(SocketKind source) throws Exception {
        try (ConnectedSockets ends = source.connect(directory)) {
            ByteBuffer empty = closedBuffer("ofShared", 64).limit(0);
            ends.client().write(ascii("abc"));

            assertEquals(0, ends.client().write(empty));
            assertEquals(0, ends.accepted().read(empty));
            assertUsable(ends, "abc");
        }
    }

    private static void assertWrongThread(BackgroundCall<?> call) {
        assertEquals("java.lang.WrongThreadException", call.failure().getClass().getName());
    }

    /** Checks that these characters are the next to be read, and that both directions work. */
    private static void assertUsable(ConnectedSockets ends, String expected) throws IOException {
        ends.accepted().configureBlocking(false);
        ByteBuffer dst = ByteBuffer.allocate(99);
        assertEquals(expected.length(), ends.accepted().read(dst));
        assertEquals(expected, text(dst));
        assertEquals(2, ends.accepted().write(ascii("ok")));
        assertEquals(2, ends.client().read(ByteBuffer.allocateDirect(9)));
    }

    private static ByteBuffer closedBuffer(String kind, int bytes) throws Exception {
        AutoCloseable arena = arena(kind);
        ByteBuffer buffer = buffer(arena, bytes);
        arena.close();
        return buffer;
    }

    /** A new arena: {@code Arena.ofConfined()} or {@code Arena.ofShared()}. */
    private static AutoCloseable arena(String kind) throws ReflectiveOperationException {
        Class<?> type = Class.forName("java.lang.foreign.Arena");
        return assertInstanceOf(AutoCloseable.class, type.getMethod(kind).invoke(null));
    }

    private static ByteBuffer buffer(AutoCloseable arena, int bytes) throws ReflectiveOperationException {
        Object segment = Class.forName("java.lang.foreign.Arena").getMethod("allocate", long.class).invoke(arena, (long) bytes);
        ByteBuffer buffer = (ByteBuffer) Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer").invoke(segment);
        assertTrue(buffer.isDirect());
        return buffer;
    }
}
