// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BufferKind;
import io.github.unixchannels.support.ConnectionSource;
import io.github.unixchannels.support.ConnectionSource.Connected;
import io.github.unixchannels.support.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Scattering reads and gathering writes of STREAM, over fewer and over more buffers than one system call takes, 1,024. */
class ScatterGatherTest {

    /** Which memory the buffers of an array are in. */
    enum Mix {
        ALL_HEAP(BufferKind.HEAP),
        ALL_DIRECT(BufferKind.DIRECT_SLICE),
        MIXED(BufferKind.DIRECT, BufferKind.HEAP_SLICE, BufferKind.DIRECT_SLICE, BufferKind.HEAP);

        private final BufferKind[] kinds;

        Mix(BufferKind... kinds) {
            this.kinds = kinds;
        }

        private BufferKind kind(int index) {
            return kinds[index % kinds.length];
        }

        /** Buffers with {@code content}, of so many bytes each, every seventh empty and some read-only. */
        ByteBuffer[] of(byte[] content, int partBytes) {
            int count = 0;
            ByteBuffer[] srcs = new ByteBuffer[content.length / partBytes + content.length / partBytes / 6 + 2];
            for (int at = 0; at < content.length; count++) {
                int n = count % 7 == 6 ? 0 : Math.min(partBytes, content.length - at);
                ByteBuffer src = kind(count).of(Arrays.copyOfRange(content, at, at + n));
                srcs[count] = count % 10 == 9 ? src.asReadOnlyBuffer() : src;
                at += n;
            }
            return Arrays.copyOf(srcs, count);
        }

        /** Buffers with so much room each, every seventh with none. */
        ByteBuffer[] room(int count, int partBytes) {
            ByteBuffer[] dsts = new ByteBuffer[count];
            for (int i = 0; i < count; i++) {
                dsts[i] = kind(i).room(i % 7 == 6 ? 0 : partBytes);
            }
            return dsts;
        }
    }

    @TempDir
    Path directory;

    static Stream<Arguments> streams() {
        return Stream.of(ConnectionSource.JDK_STREAM, ConnectionSource.STREAM)
                .flatMap(source -> Stream.of(Mix.values()).map(mix -> Arguments.of(source, mix)));
    }

    /** The JDK's writes the first 1,024 buffers and returns, so it is no reference here. */
    @ParameterizedTest
    @EnumSource
    void aBlockingGatheringWriteSendsAllHoweverManyBuffers(Mix mix) throws Exception {
        for (int partBytes : new int[] {1, 100, 700_000}) {
            byte[] content = Payload.bytes((int) Math.min(partBytes * 4000L, 4_000_000));
            ByteBuffer[] srcs = mix.of(content, partBytes);
            try (Connected ends = ConnectionSource.STREAM.connect(directory)) {
                BackgroundCall<byte[]> received = BackgroundCall.start(() -> {
                    ByteBuffer all = ByteBuffer.allocate(content.length);
                    while (all.hasRemaining() && ends.far().read(all) > 0) {
                        continue;
                    }
                    return all.array();
                });

                assertEquals(content.length, ends.near().write(srcs));

                assertAllSent(srcs);
                assertArrayEquals(content, received.result());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aNonBlockingGatheringWriteSendsAPartAndTheNextGoesOnBehindIt(ConnectionSource source, Mix mix) throws IOException {
        for (int partBytes : new int[] {1, 100, 700_000}) {
            byte[] content = Payload.bytes((int) Math.min(partBytes * 4000L, 4_000_000));
            ByteBuffer[] srcs = mix.of(content, partBytes);
            ByteBuffer received = ByteBuffer.allocate(content.length);
            try (Connected ends = connectNonBlocking(source)) {
                int parts = 0;
                for (long sent = 0; received.hasRemaining(); ) {
                    long n = ends.near().write(srcs);
                    sent += n;
                    parts += n > 0 ? 1 : 0;
                    assertEquals(content.length - sent, remaining(srcs));
                    ends.far().read(received);
                }
                assertTrue(parts > 1);
                assertAllSent(srcs);
                assertArrayEquals(content, received.array());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void scatteringReadsFillTheBuffersInOrderUntilAllIsRead(ConnectionSource source, Mix mix) throws IOException {
        for (int partBytes : new int[] {1, 20}) {
            byte[] content = Payload.bytes(2400 * partBytes);
            ByteBuffer[] dsts = mix.room(3000, partBytes);
            try (Connected ends = connectNonBlocking(source)) {
                assertEquals(content.length, ends.near().write(ByteBuffer.wrap(content)));

                long first = ends.far().read(dsts);
                assertTrue(first >= Math.min(content.length, 800 * partBytes), "IOV_MAX buffers at least");
                long total = first;
                for (long n = ends.far().read(dsts); n > 0; n = ends.far().read(dsts)) {
                    total += n;
                }

                assertEquals(content.length, total);
                assertScattered(content, dsts);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aScatteringReadTakesWhatIsThere(ConnectionSource source, Mix mix) throws IOException {
        byte[] content = Payload.bytes(50);
        ByteBuffer[] dsts = mix.room(20, 9);
        try (Connected ends = source.connect(directory)) {
            ends.near().write(ByteBuffer.wrap(content));

            assertEquals(50, ends.far().read(dsts));

            assertScattered(content, dsts);
            ends.near().close();
            assertEquals(-1, ends.far().read(dsts));
        }
    }

    @ParameterizedTest
    @EnumSource
    void offsetAndLengthAreCheckedAndKept(ConnectionSource source) throws IOException {
        ByteBuffer[] buffers = {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(2), ByteBuffer.allocate(4)};
        try (Connected ends = source.connect(directory)) {
            assertThrows(IndexOutOfBoundsException.class, () -> ends.near().write(buffers, -1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> ends.near().write(buffers, 1, 3));
            assertThrows(IndexOutOfBoundsException.class, () -> ends.near().read(buffers, 4, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> ends.near().read(buffers, 0, -1));
            assertThrows(NullPointerException.class, () -> ends.near().read((ByteBuffer[]) null, 0, 0));
            assertThrows(NullPointerException.class, () -> ends.near().write((ByteBuffer[]) null, 0, 0));
            assertThrows(NullPointerException.class, () -> ends.near().write(new ByteBuffer[] {buffers[0], null}));

            assertEquals(6, ends.near().write(buffers, 1, 2));
            assertEquals(0, ends.near().write(buffers, 3, 0));
            assertEquals(1, buffers[0].remaining());
            buffers[1].clear();
            assertEquals(1, ends.far().read(buffers, 0, 1));
            assertEquals(0, ends.far().read(buffers, 1, 0));
            assertEquals(2, ends.far().read(buffers, 1, 2));
        }
    }

    private Connected connectNonBlocking(ConnectionSource source) throws IOException {
        Connected ends = source.connect(directory);
        ends.near().configureBlocking(false);
        ends.far().configureBlocking(false);
        return ends;
    }

    private static long remaining(ByteBuffer[] buffers) {
        return Arrays.stream(buffers).mapToLong(ByteBuffer::remaining).sum();
    }

    private static void assertAllSent(ByteBuffer[] srcs) {
        assertEquals(0, remaining(srcs));
        for (ByteBuffer src : srcs) {
            BufferKind.assertMarginsUntouched(src);
        }
    }

    private static void assertScattered(byte[] content, ByteBuffer[] dsts) {
        ByteBuffer all = ByteBuffer.allocate(content.length);
        for (ByteBuffer dst : dsts) {
            all.put(BufferKind.taken(dst));
            BufferKind.assertMarginsUntouched(dst);
        }
        assertArrayEquals(content, all.array());
    }
}
