// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BufferKind;
import io.github.unixchannels.support.ConnectionSource;
import io.github.unixchannels.support.ConnectionSource.Connected;
import io.github.unixchannels.support.Payload;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads and writes of STREAM, with the JDK's channel as the reference; what holds for messages as well is asked of SEQPACKET too. */
class StreamTransferTest {

    /** More than a socket takes at once. */
    private static final int MUCH = 3_000_000;

    @TempDir
    Path directory;

    static Stream<Arguments> streamsAndKinds() {
        return Stream.of(ConnectionSource.values())
                .filter(source -> source != ConnectionSource.SEQPACKET)
                .flatMap(source -> Stream.of(BufferKind.values()).map(kind -> Arguments.of(source, kind)));
    }

    @ParameterizedTest
    @MethodSource("streamsAndKinds")
    void aReadTakesWhatIsThereUpToTheRoomAndMovesThePositionByThat(ConnectionSource source, BufferKind kind) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.near().write(ascii("abc"));
            ends.near().write(ascii("defgh"));
            ByteBuffer small = kind.room(4);
            ByteBuffer large = kind.room(100);

            assertEquals(4, ends.far().read(small));
            assertEquals(4, ends.far().read(large));

            assertArrayEquals("abcd".getBytes(), BufferKind.taken(small));
            assertArrayEquals("efgh".getBytes(), BufferKind.taken(large));
            BufferKind.assertMarginsUntouched(small);
            assertEquals(BufferKind.MARGIN + 100, large.limit());
        }
    }

    @ParameterizedTest
    @MethodSource("streamsAndKinds")
    void aBlockingWriteSendsAllAndMovesThePositionToTheLimit(ConnectionSource source, BufferKind kind) throws Exception {
        byte[] content = Payload.bytes(MUCH);
        try (Connected ends = source.connect(directory)) {
            BackgroundCall<byte[]> received = receive(ends.far(), MUCH);
            ByteBuffer src = kind.of(content);
            ByteBuffer readOnly = kind.of(content).asReadOnlyBuffer();

            assertEquals(MUCH, ends.near().write(src));
            assertEquals(0, src.remaining());
            assertArrayEquals(content, received.result());

            received = receive(ends.far(), MUCH);
            assertEquals(MUCH, ends.near().write(readOnly));
            assertEquals(0, readOnly.remaining());
            assertArrayEquals(content, received.result());
        }
    }

    @ParameterizedTest
    @MethodSource("streamsAndKinds")
    void aNonBlockingWriteSendsAPartAndTheNextGoesOnBehindIt(ConnectionSource source, BufferKind kind) throws IOException {
        byte[] content = Payload.bytes(MUCH);
        try (Connected ends = connectNonBlocking(source)) {
            ByteBuffer src = kind.of(content);
            ByteBuffer dst = ByteBuffer.allocate(MUCH);

            int parts = 0;
            while (dst.hasRemaining()) {
                int before = src.position();
                int n = ends.near().write(src);
                assertEquals(before + n, src.position());
                assertTrue(n < MUCH, "a socket does not take that much at once");
                parts += n > 0 ? 1 : 0;
                assertEquals(0, ends.near().write(src.duplicate().limit(src.position())));
                assertTrue(ends.far().read(dst) >= 0);
            }
            assertTrue(parts > 1);
            assertArrayEquals(content, dst.array());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullSocketTakesNothingWithoutBlockingAndMovesNoPosition(ConnectionSource source) throws IOException {
        try (Connected ends = connectNonBlocking(source)) {
            while (ends.near().write(ByteBuffer.allocate(8192)) > 0) {
                continue;
            }
            ByteBuffer heap = ascii("abc");
            ByteBuffer direct = BufferKind.DIRECT.room(3);

            assertEquals(0, ends.near().write(heap));
            assertEquals(0, ends.near().write(direct));
            assertEquals(0, ends.near().write(new ByteBuffer[] {heap, direct}));
            assertEquals(6, heap.remaining() + direct.remaining());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingToReadIsZeroWithoutBlocking(ConnectionSource source) throws IOException {
        try (Connected ends = connectNonBlocking(source)) {
            assertEquals(0, ends.near().read(ByteBuffer.allocate(9)));
            assertEquals(0, ends.near().read(ByteBuffer.allocateDirect(9)));
            assertEquals(0, ends.near().read(new ByteBuffer[] {ByteBuffer.allocate(9), ByteBuffer.allocateDirect(9)}));
            assertEquals(0, ends.near().read(new ByteBuffer[] {ByteBuffer.allocateDirect(9), ByteBuffer.allocateDirect(9)}));
        }
    }

    @ParameterizedTest
    @EnumSource
    void emptyAndReadOnlyDestinationsTakeNothing(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.near().write(ascii("abc"));
            SocketChannel reader = ends.far();
            ByteBuffer readOnly = ByteBuffer.allocate(9).asReadOnlyBuffer();
            ByteBuffer[] mixed = {ByteBuffer.allocate(9), ByteBuffer.allocateDirect(9).asReadOnlyBuffer()};

            assertEquals(0, reader.read(ByteBuffer.allocate(0)));
            assertEquals(0, reader.read(new ByteBuffer[] {ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)}));
            assertThrows(IllegalArgumentException.class, () -> reader.read(readOnly));
            assertThrows(IllegalArgumentException.class, () -> reader.read(mixed));
            assertEquals(0, mixed[0].position());
            assertEquals(3, reader.read(ByteBuffer.allocate(9)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownOutputLetsThePeerReadToTheEndAndAnswer(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.near().write(ascii("request"));
            assertSame(ends.near(), ends.near().shutdownOutput());
            assertSame(ends.near(), ends.near().shutdownOutput());

            ByteBuffer request = ByteBuffer.allocate(20);
            assertEquals(7, ends.far().read(request));
            assertEquals(-1, ends.far().read(request));
            assertEquals(-1, ends.far().read(new ByteBuffer[] {request, ByteBuffer.allocateDirect(3)}));
            assertEquals(0, ends.far().read(ByteBuffer.allocate(0)), "an empty buffer asks nothing, at the end neither");
            ends.far().write(ascii("reply"));
            ByteBuffer reply = ByteBuffer.allocateDirect(20);
            assertEquals(5, ends.near().read(reply));
            assertEquals("requestreply", text(request, reply));
            assertThrows(ClosedChannelException.class, () -> ends.near().write(ascii("more")));
            assertThrows(ClosedChannelException.class, () -> ends.near().write(ByteBuffer.allocate(0)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownInputEndsReadsAndLeavesWrites(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.far().write(ascii("unread"));
            assertSame(ends.near(), ends.near().shutdownInput());
            assertSame(ends.near(), ends.near().shutdownInput());

            assertEquals(-1, ends.near().read(ByteBuffer.allocate(9)));
            assertEquals(-1, ends.near().read(ByteBuffer.allocate(0)));
            assertEquals(-1, ends.near().read(ByteBuffer.allocate(9).asReadOnlyBuffer()));
            assertEquals(-1, ends.near().read(new ByteBuffer[] {ByteBuffer.allocate(9)}));
            assertThrows(IOException.class, () -> ends.far().write(ascii("into nothing")));
            assertEquals(3, ends.near().write(ascii("abc")));
            assertEquals(3, ends.far().read(ByteBuffer.allocate(9)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteToAPeerThatHasGoneIsAnExceptionAndTheChannelStaysOpen(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.far().close();

            assertThrows(IOException.class, () -> ends.near().write(ascii("abc")));
            assertThrows(IOException.class, () -> ends.near().write(new ByteBuffer[] {ascii("abc"), ByteBuffer.allocateDirect(3)}));
            assertTrue(ends.near().isOpen());
            assertEquals(-1, ends.near().read(ByteBuffer.allocate(9)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetComesAfterTheDataAndStays(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.near().write(ascii("unread"));
            ends.far().write(ascii("reply"));
            ends.far().close();
            SocketChannel reader = ends.near();

            ByteBuffer reply = ByteBuffer.allocate(20);
            assertEquals(5, reader.read(reply));
            assertThrows(SocketException.class, () -> reader.read(reply));
            assertThrows(SocketException.class, () -> reader.read(new ByteBuffer[] {ByteBuffer.allocateDirect(9)}));
            assertThrows(SocketException.class, () -> reader.read(ByteBuffer.allocate(0)));
            reader.configureBlocking(false);
            assertThrows(SocketException.class, () -> reader.read(ByteBuffer.allocateDirect(9)));
            assertTrue(reader.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterShutdownInputAResetIsTheEndToo(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.near().write(ascii("unread"));
            ends.far().close();
            assertThrows(SocketException.class, () -> ends.near().read(ByteBuffer.allocate(9)));

            ends.near().shutdownInput();

            assertEquals(-1, ends.near().read(ByteBuffer.allocate(9)));
            assertEquals(-1, ends.near().read(new ByteBuffer[] {ByteBuffer.allocate(0)}));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EXCLUDE, names = "SEQPACKET")
    void readsAndWritesOfBothEndsGoOnAtOnce(ConnectionSource source) throws Exception {
        byte[] content = Payload.bytes(MUCH);
        try (Connected ends = source.connect(directory)) {
            BackgroundCall<byte[]> atNear = receive(ends.near(), MUCH);
            BackgroundCall<byte[]> atFar = receive(ends.far(), MUCH);
            BackgroundCall<Integer> other = BackgroundCall.start(() -> ends.far().write(ByteBuffer.wrap(content)));

            assertEquals(MUCH, ends.near().write(ByteBuffer.wrap(content)));

            assertEquals(MUCH, other.result());
            assertArrayEquals(content, atNear.result());
            assertArrayEquals(content, atFar.result());
        }
    }

    /** Reads so many bytes, on a thread of its own. */
    private static BackgroundCall<byte[]> receive(SocketChannel from, int bytes) {
        return BackgroundCall.start(() -> {
            ByteBuffer all = ByteBuffer.allocate(bytes);
            while (all.hasRemaining() && from.read(all) > 0) {
                continue;
            }
            return Arrays.copyOf(all.array(), all.position());
        });
    }

    private Connected connectNonBlocking(ConnectionSource source) throws IOException {
        Connected ends = source.connect(directory);
        ends.near().configureBlocking(false);
        ends.far().configureBlocking(false);
        return ends;
    }
}
